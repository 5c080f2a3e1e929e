"""What patients measured day by day: kept beside the readings, so that a year is a few hundred rows.

The same plain table on every kind of database, rewritten with each judgement for the days since what became
due: late readings, corrections and assignments change it like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from psycopg import AsyncConnection
from psycopg.rows import class_row

from gateway.database import statements
from gateway.readings.subjects import Subject

_SQL = statements.load(__name__)
_LONGEST_DAY = timedelta(hours=26)
"""A day that a zone's clocks were set back in, with room: a bound for the index, not the day itself."""


@dataclass(frozen=True)
class DaySummary:
    """One vital on one day of the patient's own, its values in its canonical unit."""

    day: date
    vital: str
    readings: int
    flagged: int
    mean: float
    low: float
    high: float


async def rewrite(conn: AsyncConnection, subjects: Sequence[Subject]) -> None:
    """Summarise anew each subject's days from `since` on. Needs the judgement's locks on the patients."""
    if not subjects:
        return
    sinces = [subject.since for subject in subjects]
    row = {
        "patient_ids": [subject.patient_id for subject in subjects],
        "sinces": sinces,
        "oldest": min(sinces) - _LONGEST_DAY,
    }
    await conn.execute(_SQL["rewrite"], row)


async def of_patient(conn: AsyncConnection, patient_id: int, since: date, until: date) -> list[DaySummary]:
    """The patient's days from `since` up to `until` (exclusive), in order. As new as the last judgement."""
    row = {"patient_id": patient_id, "since": since, "until": until}
    async with conn.cursor(row_factory=class_row(DaySummary)) as cursor:
        await cursor.execute(_SQL["of_patient"], row)
        return await cursor.fetchall()
