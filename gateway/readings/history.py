"""What was measured and done: readings and events of a patient through the assignments, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from edge_agent.wire.codes import Flag, is_of_a_patient
from edge_agent.wire.vitals import Vital
from gateway.database import statements
from gateway.hubs.registry import NO_SLOT

_SQL = statements.load(__name__)
_READINGS = b"\n".join(_SQL[part] for part in ("readings_of", "spanned", "newest_first"))
_RECENT = b"\n".join(_SQL[part] for part in ("readings_of", "recent", "newest_first"))
MOST_RECENT = 500
"""Readings: a week of seventy a day."""
OLDER = 10
"""Readings of each device that are recent however old: more of one that gives every vital at times."""


class ReadingCursor(NamedTuple):
    """Where a page ended: the next one begins before it."""

    at: datetime
    source_id: int
    tie: int


@dataclass(frozen=True)
class Span:
    """Which part of a history: from `since`, up to `until` (exclusive), before `before`, at most `limit`."""

    since: datetime | None
    until: datetime | None
    before: ReadingCursor | None
    limit: int


@dataclass(frozen=True)
class Value:
    """A number in the vital's canonical unit."""

    value: float
    unit: str


@dataclass(frozen=True)
class Struck:
    """Why a reading does not count, and who said so; `taken_at` is where it stands as a copy instead."""

    reading_correction_id: int
    why: str
    by: str
    taken_at: datetime | None


@dataclass(frozen=True)
class StoredReading:
    """A reading. `absent` says why a vital that was measured has no number.

    One that `counts` not is shown alone: staff struck it out, or a flag says that it is not of a patient.
    """

    source_id: int
    tie: int
    measured_at: datetime
    received_at: datetime
    device_identifier: str
    user: int | None
    values: Mapping[str, Value]
    absent: Mapping[str, str]
    flags: list[str]
    meal: str | None
    counts: bool
    struck: Struck | None = None


@dataclass(frozen=True)
class Evidence:
    """A reading that raised, why (as people were told), and the oldest time that it was held against.

    What the patient did or felt stands there as a reading without values, its kind in the place of a flag.
    """

    reading: StoredReading
    reason: str
    held_against_since: datetime


@dataclass(frozen=True)
class StoredEvent:
    """Something the patient did or felt."""

    source_id: int
    tie: int
    occurred_at: datetime
    kind: str
    detail: str | None
    amount: Value | None


async def readings(conn: AsyncConnection, patient_id: int, span: Span) -> list[StoredReading]:
    """The patient's readings, newest first, also those that do not count.

    Whether the patient is within reach is asked before.
    """
    return await _readings(conn, _READINGS, _bounds(patient_id, span))


async def recent(conn: AsyncConnection, patient_id: int, since: datetime) -> list[StoredReading]:
    """The patient's readings since a time and of each device some before it, newest first.

    It reads as much however long the history is: one by one, readings lie on a page of the table each.
    Also those that do not count. Whether the patient is within reach is asked before.
    """
    row = {"patient_id": patient_id, "since": since, "older": OLDER, "limit": MOST_RECENT}
    return await _readings(conn, _RECENT, row)


async def events(conn: AsyncConnection, patient_id: int, span: Span) -> list[StoredEvent]:
    """The patient's events, newest first. Whether the patient is within reach is asked before."""
    return [_event(row) for row in await _rows(conn, _SQL["events"], _bounds(patient_id, span))]


async def evidence(conn: AsyncConnection, task_id: int) -> list[Evidence]:
    """The readings that raised a task or joined it, newest first."""
    rows = await _rows(conn, _SQL["evidence"], {"task_id": task_id})
    return [Evidence(_evidence(row), row["reason"], row["from_at"]) for row in rows]


def flag_codes(bits: int) -> list[str]:
    """What the device said of a reading, from the bits of its row."""
    return [flag.code for flag in flags_of(bits)]


def flags_of(bits: int) -> list[Flag]:
    """The flags whose bits are set in a reading's row."""
    return [flag for flag in Flag if bits >> flag.value & 1]


async def _readings(
    conn: AsyncConnection, statement: bytes, row: Mapping[str, object]
) -> list[StoredReading]:
    return [_with_correction(each) for each in await _rows(conn, statement, row)]


def _with_correction(row: Mapping[str, Any]) -> StoredReading:
    reading, struck = _reading(row), _struck(row)
    return replace(reading, struck=struck, counts=reading.counts and struck is None)


async def _rows(conn: AsyncConnection, statement: bytes, row: Mapping[str, object]) -> list[dict[str, Any]]:
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(statement, row)
        return await cursor.fetchall()


def _bounds(patient_id: int, span: Span) -> Mapping[str, object]:
    before = span.before
    return {
        "patient_id": patient_id,
        "since": span.since,
        "until": span.until,
        "before_at": before.at if before else None,
        "before_source": before.source_id if before else None,
        "before_tie": before.tie if before else None,
        "limit": span.limit,
    }


def _reading(row: Mapping[str, Any]) -> StoredReading:
    measured_at: datetime = row["measured_at"]
    flags = flags_of(row["flags"])
    return StoredReading(
        source_id=row["source_id"],
        tie=row["tie"],
        measured_at=measured_at,
        received_at=measured_at + timedelta(seconds=row["delay_s"]),
        device_identifier=row["device_identifier"],
        user=_user(row),
        values={v.code: Value(row[v.code], v.unit) for v in Vital if row[v.code] is not None},
        absent=row["absent"] or {},
        flags=[flag.code for flag in flags],
        meal=row["meal"],
        counts=is_of_a_patient(flags),
    )


def _struck(row: Mapping[str, Any]) -> Struck | None:
    if row["why"] is None:
        return None
    return Struck(row["reading_correction_id"], row["why"], row["corrected_by"], row["taken_at"])


def _evidence(row: Mapping[str, Any]) -> StoredReading:
    reading = _reading(row)
    return reading if row["event"] is None else replace(reading, flags=[row["event"]])


def _event(row: Mapping[str, Any]) -> StoredEvent:
    amount = None if row["amount"] is None else Value(row["amount"], row["unit"] or "")
    return StoredEvent(row["source_id"], row["tie"], row["occurred_at"], row["kind"], row["detail"], amount)


def _user(row: Mapping[str, Any]) -> int | None:
    slot: int = row["user_slot"]
    return None if slot == NO_SLOT else slot
