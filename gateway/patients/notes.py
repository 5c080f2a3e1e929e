"""What staff write about a patient. A note stays as it is; whoever errs writes another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from gateway.database import statements
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)


@dataclass(frozen=True)
class WrittenNote:
    """A note, who wrote it, and with which task (None: about the patient as such)."""

    at: datetime
    staff_name: str
    note: str
    about: str | None
    task_id: int | None


async def add(conn: AsyncConnection, by: Staff, patient_id: int, note: str, now: datetime) -> None:
    """Write about a patient. Whether the patient is within reach is asked before."""
    row = {"patient_id": patient_id, "staff_id": by.staff_id, "note": note, "now": now}
    await conn.execute(_SQL["add_note"], row)


async def of_patient(conn: AsyncConnection, patient_id: int, limit: int) -> list[WrittenNote]:
    """The newest first. Whether the patient is within reach is asked before."""
    async with conn.cursor(row_factory=class_row(WrittenNote)) as cursor:
        await cursor.execute(_SQL["notes"], {"patient_id": patient_id, "limit": limit})
        return await cursor.fetchall()
