"""The outbox: readings in the order they came, numbered without holes, until the gateway's receipt."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Self

from edge_agent.identity import Place
from edge_agent.outbox.captures import Captures
from edge_agent.outbox.database import STATEMENTS, open_database, transaction
from edge_agent.outbox.devices import KnownDevices
from edge_agent.wire.messages import MAX_EPOCH, MAX_POSITION, Reading, Receipt

KEPT_FOR = timedelta(days=30)
"""How long a reading with a receipt stays, for a gateway that was restored from a backup."""


class Waiting(NamedTuple):
    """A reading that waits to be sent, without its content."""

    epoch: int
    position: int
    captured_at: float  # seconds since 1970
    size: int  # bytes of its JSON


@dataclass(frozen=True)
class Counts:
    """How the outbox stands. `receipted` is the highest position with a receipt in the current epoch."""

    epoch: int
    assigned: int
    receipted: int
    waiting: int
    oldest_waiting_at: datetime | None
    quarantined: int
    unreadable: int
    last_receipt_at: datetime | None


class Outbox:
    """One hub's outbox. Every change is on disk when the call returns; one process writes it at a time."""

    def __init__(self, path: Path) -> None:
        """Open the outbox at `path`, or begin one. Raises OutboxError on a file that is none."""
        self._database = open_database(path)
        self.captures = Captures(self._database)
        self.devices = KnownDevices(self._database)
        if self._execute("current_epoch").fetchone() is None:
            with transaction(self._database):
                self._begin_epoch()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    @property
    def epoch(self) -> int:
        return self._current()[0]

    def add(self, make: Callable[[Place], Reading], *, capture: int | None = None) -> Reading | None:
        """Keep the reading that `make` gives for its place. None, and nothing kept, if its id is known.

        `capture` is the number of the held capture that it is made of, which is released with it.
        """
        with transaction(self._database):
            reading = self._add(make)
            if capture is not None:
                self.captures.release(capture)
            return reading

    def add_all(self, readings: Iterable[Reading]) -> int:
        """Keep all of them or, on an error, none; how many were new."""
        with transaction(self._database):
            return sum(self._add(_as_is(reading)) is not None for reading in readings)

    def add_unreadable(
        self, device: str, characteristic: int, raw: bytes, reason: str, captured_at: datetime
    ) -> None:
        """Keep what no decoder understands. The same bytes of a device are kept once."""
        self._execute(
            "add_unreadable",
            device=device,
            characteristic=characteristic,
            raw=raw,
            reason=reason,
            captured_at=captured_at.timestamp(),
        )

    def waiting_since(self, cutoff: datetime, most: int) -> list[Waiting]:
        """What waits and was captured at `cutoff` or later, oldest first."""
        return self._waiting("waiting_since", cutoff, most)

    def waiting_from_before(self, cutoff: datetime, most: int) -> list[Waiting]:
        """What waits and was captured before `cutoff`, oldest first."""
        return self._waiting("waiting_from_before", cutoff, most)

    def contents(self, epoch: int, first: int, last: int) -> list[bytes]:
        """The readings at these positions as the JSON that goes on the wire."""
        rows = self._execute("contents", epoch=epoch, first=first, last=last)
        return [content.encode() for (content,) in rows]

    def settle(self, receipt: Receipt, at: datetime) -> None:
        """What the receipt names waits no longer. Positions that are not here change nothing."""
        outcomes: list[tuple[int, str, str | None]] = [
            *((position, "stored", None) for position in receipt.stored),
            *((position, "before", None) for position in receipt.before),
            *((each.position, "quarantined", each.reason) for each in receipt.quarantined),
        ]
        with transaction(self._database):
            for position, outcome, reason in outcomes:
                settled = self._execute(
                    "receipt",
                    epoch=receipt.epoch,
                    position=position,
                    outcome=outcome,
                    reason=reason,
                    at=at.timestamp(),
                )
                if settled.rowcount:
                    self._execute("set_receipted", epoch=receipt.epoch, position=position)

    def replay(self, epoch: int, first: int, last: int) -> int:
        """Let these positions be sent again; how many of them are still here."""
        return self._execute("replay", epoch=epoch, first=first, last=last).rowcount

    def leave_epoch(self, epoch: int) -> bool:
        """Begin a new epoch and move into it what has no receipt. False if `epoch` was left already."""
        with transaction(self._database):
            if epoch != self.epoch:
                return False
            new = self._begin_epoch()
            rows = self._execute("without_receipt", epoch=epoch).fetchall()
            for position, (number,) in enumerate(rows, start=1):
                self._execute("renumber", epoch=new, position=position, number=number)
            self._execute("set_assigned", epoch=new, position=len(rows))
        return True

    def prune(self, now: datetime) -> int:
        """Forget what has had its receipt for 30 days; how many those were."""
        return self._execute("prune", before=(now - KEPT_FOR).timestamp()).rowcount

    def last_record(self, device: str) -> tuple[int, bytes] | None:
        """Sequence number and bytes of the record up to which the device's own memory has been read."""
        row: tuple[int, bytes] | None = self._execute("last_record", device=device).fetchone()
        return row

    def set_last_record(self, device: str, sequence: int, raw: bytes) -> None:
        self._execute("set_last_record", device=device, sequence=sequence, raw=raw)

    def counts(self) -> Counts:
        epoch, assigned, receipted = self._current()
        waiting, oldest, quarantined, unreadable, last_receipt = self._execute("counts").fetchone()
        return Counts(
            epoch, assigned, receipted, waiting, _time(oldest), quarantined, unreadable, _time(last_receipt)
        )

    def quarantined(self) -> list[tuple[str, int]]:
        """Why the gateway could not use readings, and how many each."""
        return self._execute("quarantined").fetchall()

    def _add(self, make: Callable[[Place], Reading]) -> Reading | None:
        epoch, assigned, _ = self._current()
        if assigned >= MAX_POSITION:
            epoch, assigned = self._begin_epoch(), 0
        place = Place(epoch, assigned + 1)
        reading = make(place)
        if self._execute("knows", reading_id=reading.reading_id.bytes).fetchone() == (1,):
            return None
        self._execute(
            "add_reading",
            reading_id=reading.reading_id.bytes,
            epoch=epoch,
            position=place.position,
            captured_at=reading.captured_at.timestamp(),
            content=reading.model_dump_json(exclude_defaults=True),
        )
        self._execute("set_assigned", epoch=epoch, position=place.position)
        return reading

    def _begin_epoch(self) -> int:
        epoch = 1 + secrets.randbelow(MAX_EPOCH)
        self._execute("begin_epoch", epoch=epoch)
        return epoch

    def _current(self) -> tuple[int, int, int]:
        row: tuple[int, int, int] = self._execute("current_epoch").fetchone()
        return row

    def _waiting(self, statement: str, cutoff: datetime, most: int) -> list[Waiting]:
        rows = self._execute(statement, cutoff=cutoff.timestamp(), most=most)
        return [Waiting._make(row) for row in rows]

    def _execute(self, statement: str, **parameters: object) -> sqlite3.Cursor:
        return self._database.execute(STATEMENTS[statement], parameters)


def _as_is(reading: Reading) -> Callable[[Place], Reading]:
    return lambda _: reading


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
