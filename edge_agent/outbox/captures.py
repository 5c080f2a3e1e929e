"""What devices said before it could be made into readings: on disk first, because they have deleted it."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from edge_agent.hub_clock import HubClock, Moment
from edge_agent.outbox.database import STATEMENTS, transaction


class HeldCapture(NamedTuple):
    """A characteristic's value as it arrived, and the number by which it is released."""

    number: int
    characteristic: int
    raw: bytes
    captured: Moment


class Captures:
    """Every change is on disk when the call returns."""

    def __init__(self, database: sqlite3.Connection, clock: HubClock) -> None:
        self._database = database
        self._clock = clock

    def hold(self, device: str, characteristic: int, raw: bytes, captured_at: datetime) -> None:
        now = self._clock.moment()
        parameters: dict[str, object] = {
            "device": device,
            "characteristic": characteristic,
            "raw": raw,
            "captured_at": captured_at.timestamp(),
            "boot": None if now.is_known else now.boot,
            "uptime": None if now.is_known else now.uptime_of(captured_at),
        }
        with transaction(self._database):
            self._database.execute(STATEMENTS["hold_capture"], parameters)

    def of(self, device: str) -> list[HeldCapture]:
        """What is held of the device, in the order in which it came."""
        now = self._clock.moment()
        rows = self._database.execute(STATEMENTS["held_captures"], {"device": device})
        return [
            HeldCapture(number, what, raw, _captured(datetime.fromtimestamp(at, UTC), boot, uptime_s, now))
            for number, what, raw, at, boot, uptime_s in rows
        ]

    def devices(self) -> list[str]:
        """The devices of which something is held."""
        return [device for (device,) in self._database.execute(STATEMENTS["devices_with_captures"])]

    def release(self, number: int) -> None:
        with transaction(self._database):
            self._database.execute(STATEMENTS["release_capture"], {"number": number})


def _captured(at: datetime, boot: str | None, uptime_s: float, now: Moment) -> Moment:
    """When it was captured: in this boot by the clock of now, in another by what was known then."""
    if boot is None:
        return Moment(at, boot="", uptime_s=0.0, is_known=True)
    if boot != now.boot:
        return Moment(at, boot, uptime_s, is_known=False)
    return Moment(now.at - timedelta(seconds=now.uptime_s - uptime_s), boot, uptime_s, now.is_known)
