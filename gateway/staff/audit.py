"""Who looked at whose data or changed it, and who was refused: added to, and never changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg import AsyncConnection
from psycopg.rows import class_row

from gateway.database import statements
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)
DONE = "done"
SAME_FOR = timedelta(minutes=10)
"""What an open page fetches again by itself, of the same patients, is no new access in this time."""


@dataclass(frozen=True)
class Request:
    """What was asked for. The patients are those of all that it names."""

    method: str
    path: str
    patient_ids: Collection[int]
    task_id: int | None
    assignment_id: int | None
    always: bool  # recorded even where no patient is known: of a message in quarantine, say
    may_repeat: bool  # an open page fetches it again and again by itself


@dataclass(frozen=True)
class Access:
    """One look at a patient's data, or change of it. `outcome` is "done", or the code of the refusal."""

    access_id: int
    at: datetime
    username: str
    staff_name: str
    method: str
    path: str
    outcome: str
    patients: int  # whose data the answer held, this patient's among them


async def record(conn: AsyncConnection, by: Staff, request: Request, outcome: str, now: datetime) -> None:
    """Add an access, unless it concerns nobody."""
    row = {
        "organisation_id": by.organisation_id,
        "staff_id": by.staff_id,
        "now": now,
        "outcome": outcome,
        "unless_since": now - SAME_FOR if request.may_repeat else None,
    }
    await conn.execute(_SQL["record"], row | vars(request) | {"patient_ids": list(request.patient_ids)})


async def of_patient(
    conn: AsyncConnection, staff: Staff, patient_id: int, *, before: int | None, limit: int
) -> list[Access]:
    """Who of the organisation had to do with a patient's data, the latest first."""
    row = {
        "organisation_id": staff.organisation_id,
        "patient_id": patient_id,
        "before": before,
        "limit": limit,
    }
    async with conn.cursor(row_factory=class_row(Access)) as cursor:
        await cursor.execute(_SQL["of_patient"], row)
        return await cursor.fetchall()
