"""How an outbox stands, for those who send from it and those who ask."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from edge_agent.outbox.database import STATEMENTS
from edge_agent.wire.messages import Reading


class WaitingReading(NamedTuple):
    """A reading that waits to be sent, without its content."""

    epoch: int
    position: int
    captured_at: float  # seconds since 1970
    size: int  # bytes of its JSON


@dataclass(frozen=True)
class OutboxCounts:
    """How the outbox stands. `receipted` is the highest position with a receipt in the current epoch."""

    epoch: int
    assigned: int
    receipted: int
    waiting: int
    oldest_waiting_at: datetime | None
    quarantined: int
    unreadable: int
    last_receipt_at: datetime | None
    unnumbered: int  # wait for the hub to know the time


@dataclass(frozen=True)
class LatestReading:
    """The last reading of a device, or of one of its users. `outcome` is that of its newest receipt."""

    reading: Reading
    is_waiting: bool
    outcome: str | None


def read_counts(database: sqlite3.Connection) -> OutboxCounts:
    epoch, assigned, receipted = database.execute(STATEMENTS["current_epoch"]).fetchone()
    row = database.execute(STATEMENTS["counts"]).fetchone()
    waiting, oldest_at, quarantined, unreadable, last_receipt_at, unnumbered = row
    return OutboxCounts(
        epoch=epoch,
        assigned=assigned,
        receipted=receipted,
        waiting=waiting,
        oldest_waiting_at=_time(oldest_at),
        quarantined=quarantined,
        unreadable=unreadable,
        last_receipt_at=_time(last_receipt_at),
        unnumbered=unnumbered,
    )


def read_latest(database: sqlite3.Connection) -> list[LatestReading]:
    return [
        LatestReading(Reading.model_validate_json(content), bool(waiting), outcome)
        for content, waiting, outcome, _ in database.execute(STATEMENTS["latest"])
    ]


def read_since(database: sqlite3.Connection, cutoff: datetime) -> list[Reading]:
    rows = database.execute(STATEMENTS["captured_since"], {"cutoff": cutoff.timestamp()})
    return [Reading.model_validate_json(content) for (content,) in rows]


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
