"""Time that staff spend on a patient, visit by visit: one is one opening of the patient's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row

from gateway.database import statements
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)


@dataclass(frozen=True)
class Visit:
    """How long somebody worked on the patient's page, while it was in view."""

    staff_name: str
    began_at: datetime
    seconds: int


async def keep(
    conn: AsyncConnection, by: Staff, patient_id: int, visit_id: UUID, *, seconds: int, now: datetime
) -> None:
    """The visit has lasted `seconds` by now; the first time it is named, it begins.

    Whether the patient is within reach is asked before.
    """
    row = {
        "visit_id": visit_id,
        "patient_id": patient_id,
        "staff_id": by.staff_id,
        "seconds": seconds,
        "now": now,
    }
    await conn.execute(_SQL["keep_visit"], row)


async def of_patient(conn: AsyncConnection, patient_id: int, since: datetime, limit: int) -> list[Visit]:
    """The visits that began since then, the latest first. Whether there is reach is asked before."""
    async with conn.cursor(row_factory=class_row(Visit)) as cursor:
        await cursor.execute(_SQL["visits"], {"patient_id": patient_id, "since": since, "limit": limit})
        return await cursor.fetchall()


async def seconds_spent(conn: AsyncConnection, patient_id: int, since: datetime) -> int:
    """By everybody together. Whether the patient is within reach is asked before."""
    found = await conn.execute(_SQL["seconds_spent"], {"patient_id": patient_id, "since": since})
    [(seconds,)] = await found.fetchall()
    return int(seconds)
