"""The outbox: readings in the order they came, numbered without holes, until the gateway's receipt."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

from edge_agent.hub_clock import HubClock, Moment, TrustedClock
from edge_agent.outbox.captures import Captures, HeldCapture
from edge_agent.outbox.care_hours import StoredCareHours
from edge_agent.outbox.database import STATEMENTS, open_database, transaction
from edge_agent.outbox.devices import KnownDevices
from edge_agent.outbox.outbox_counts import (
    LatestReading,
    OutboxCounts,
    WaitingReading,
    read_counts,
    read_latest,
    read_since,
)
from edge_agent.reading_ids import OutboxPosition
from edge_agent.unnumbered_readings import UnnumberedReading, numbered, timed
from edge_agent.wire.messages import MAX_EPOCH, MAX_POSITION, Reading, Receipt

RETENTION = timedelta(days=30)
"""How long a reading with a receipt stays, for a gateway that was restored from a backup."""


class Outbox:
    """One hub's outbox. Every change is on disk when the call returns; one process writes it at a time."""

    def __init__(self, path: Path, hub_clock: HubClock | None = None) -> None:
        """Open the outbox at `path`, or begin one. Without `hub_clock` the hub knows the time.

        Raises OutboxDamaged on a file that is no whole outbox, OutboxError on one of a newer version. Every
        change may raise OutboxFull, and then changed nothing.
        """
        self._database = open_database(path)
        self._clock = hub_clock or TrustedClock()
        self.captures = Captures(self._database, self._clock)
        self.devices = KnownDevices(self._database)
        self.care = StoredCareHours(self._database)
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

    def add(
        self, make: Callable[[OutboxPosition], Reading], *, capture: HeldCapture | None = None
    ) -> Reading | None:
        """Keep the reading that `make` gives for its place. None, and nothing kept, if its id is known.

        Captured while the hub did not know the time, it waits unnumbered. `capture`, which it is made
        of, is released with it.
        """
        captured = capture.captured if capture else self._clock.moment()
        with transaction(self._database):
            reading = self._add(make) if captured.is_known else self._add_unnumbered(make, captured)
            if capture is not None:
                self.captures.release(capture.number)
            return reading

    def number(self, hub: str, zone: tzinfo) -> int:
        """Once the hub knows the time, number what waits for that; how many new readings those were."""
        now = self._clock.moment()
        rows = self._execute("unnumbered").fetchall() if now.is_known else []
        if not rows:
            return 0
        waiting = [
            UnnumberedReading(number, boot, uptime, Reading.model_validate_json(content))
            for number, boot, uptime, content in rows
        ]
        with transaction(self._database):
            added = [self._add(_in_place(reading, hub)) for reading in timed(waiting, now, zone)]
            self._execute("clear_unnumbered")
        return sum(reading is not None for reading in added)

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

    def waiting_since(self, cutoff: datetime, most: int) -> list[WaitingReading]:
        """What waits and was captured at `cutoff` or later, oldest first."""
        return self._waiting("waiting_since", cutoff, most)

    def waiting_from_before(self, cutoff: datetime, most: int) -> list[WaitingReading]:
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

    def is_of(self, machine: str) -> bool:
        """Whether the epoch began on `machine`; the first that asks is it. If not, this file is a copy."""
        with transaction(self._database):
            (began_on,) = self._execute("machine", epoch=self.epoch).fetchone()
            if began_on is None:
                self._execute("set_machine", epoch=self.epoch, machine=machine)
        return began_on in (None, machine)

    def prune(self, now: datetime) -> int:
        """Forget what has had its receipt for 30 days; how many those were."""
        return self._execute("prune", before=(now - RETENTION).timestamp()).rowcount

    def last_record(self, device: str) -> tuple[int, bytes] | None:
        """Sequence number and bytes of the record up to which the device's own memory has been read."""
        row: tuple[int, bytes] | None = self._execute("last_record", device=device).fetchone()
        return row

    def set_last_record(self, device: str, sequence: int, raw: bytes) -> None:
        self._execute("set_last_record", device=device, sequence=sequence, raw=raw)

    def counts(self) -> OutboxCounts:
        return read_counts(self._database)

    def latest(self) -> list[LatestReading]:
        """The last reading of each device and user by when it was measured, the newest first."""
        return read_latest(self._database)

    def captured_since(self, cutoff: datetime) -> list[Reading]:
        """Those with a position, in the order of their positions."""
        return read_since(self._database, cutoff)

    def quarantined(self) -> list[tuple[str, int]]:
        """Why the gateway could not use readings, and how many each."""
        return self._execute("quarantined").fetchall()

    def _add(self, make: Callable[[OutboxPosition], Reading]) -> Reading | None:
        epoch, assigned, _ = self._current()
        if assigned >= MAX_POSITION:
            epoch, assigned = self._begin_epoch(), 0
        place = OutboxPosition(epoch, assigned + 1)
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

    def _add_unnumbered(self, make: Callable[[OutboxPosition], Reading], captured: Moment) -> Reading | None:
        (number,) = self._execute("next_unnumbered").fetchone()
        reading = make(OutboxPosition(self.epoch, -number))
        reading_id = reading.reading_id.bytes
        if any(
            self._execute(known, reading_id=reading_id).fetchone() == (1,)
            for known in ("knows", "knows_unnumbered")
        ):
            return None
        self._execute(
            "add_unnumbered",
            number=number,
            reading_id=reading_id,
            boot=captured.boot,
            uptime=captured.uptime_of(reading.captured_at),
            content=reading.model_dump_json(exclude_defaults=True),
        )
        return reading

    def _begin_epoch(self) -> int:
        epoch = 1 + secrets.randbelow(MAX_EPOCH)
        self._execute("begin_epoch", epoch=epoch)
        return epoch

    def _current(self) -> tuple[int, int, int]:
        row: tuple[int, int, int] = self._execute("current_epoch").fetchone()
        return row

    def _waiting(self, statement: str, cutoff: datetime, most: int) -> list[WaitingReading]:
        rows = self._execute(statement, cutoff=cutoff.timestamp(), most=most)
        return [WaitingReading._make(row) for row in rows]

    def _execute(self, statement: str, **parameters: object) -> sqlite3.Cursor:
        return self._database.execute(STATEMENTS[statement], parameters)


def _in_place(reading: Reading, hub: str) -> Callable[[OutboxPosition], Reading]:
    return lambda place: numbered(reading, hub, place)


def _as_is(reading: Reading) -> Callable[[OutboxPosition], Reading]:
    return lambda _: reading
