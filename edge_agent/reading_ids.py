"""Who a reading is: the same measurement, read or sent again, must get the same id; another must not."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid5

NAMESPACE = UUID("6f1d6a5e-3a0e-5f3b-9a55-9d8ab7a3c1d2")
"""Of all reading ids. Never to change: every id ever given depends on it."""


class OutboxPosition(NamedTuple):
    """Where a hub numbered a reading: the epoch of its numbering and the position in it, from 1.

    A negative position is that of a reading that waits to be numbered: its id may not be its last.
    """

    epoch: int
    position: int


def device_reading_id(
    device: str, raw: bytes, *, sequence: int | None, device_clock: datetime | None, is_dated: bool = False
) -> UUID | None:
    """The id of what `device` said with `raw`, the same whichever hub reads it.

    `is_dated`: its bytes hold a time, if one that no calendar has.

    None where the device gives neither a sequence number nor a set clock: then equal bytes may be two
    measurements (the same weight twice), and only `hub_reading_id` tells them apart.
    """
    if sequence is None and device_clock is None and not is_dated:
        return None
    clock = device_clock.isoformat() if device_clock else ""
    return uuid5(NAMESPACE, f"device {device} {raw.hex()} {'' if sequence is None else sequence} {clock}")


def hub_reading_id(hub: str, position: OutboxPosition, device: str, raw: bytes) -> UUID:
    """The id of what `device` said with `raw` and `hub` numbered as `position`."""
    return uuid5(NAMESPACE, f"hub {hub} {position.epoch} {position.position} {device} {raw.hex()}")
