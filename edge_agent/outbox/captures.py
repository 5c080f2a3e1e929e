"""What devices said before it could be made into readings: on disk first, because they have deleted it."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import NamedTuple

from edge_agent.outbox.database import STATEMENTS, transaction


class Held(NamedTuple):
    """A characteristic's value as it arrived, and the number by which it is released."""

    number: int
    characteristic: int
    raw: bytes
    captured_at: datetime


class Captures:
    """Every change is on disk when the call returns."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def hold(self, device: str, characteristic: int, raw: bytes, captured_at: datetime) -> None:
        parameters = {
            "device": device,
            "characteristic": characteristic,
            "raw": raw,
            "captured_at": captured_at.timestamp(),
        }
        with transaction(self._database):
            self._database.execute(STATEMENTS["hold_capture"], parameters)

    def of(self, device: str) -> list[Held]:
        """What is held of the device, in the order in which it came."""
        rows = self._database.execute(STATEMENTS["held_captures"], {"device": device})
        return [Held(number, what, raw, datetime.fromtimestamp(at, UTC)) for number, what, raw, at in rows]

    def devices(self) -> list[str]:
        """The devices of which something is held."""
        return [device for (device,) in self._database.execute(STATEMENTS["devices_with_captures"])]

    def release(self, number: int) -> None:
        with transaction(self._database):
            self._database.execute(STATEMENTS["release_capture"], {"number": number})
