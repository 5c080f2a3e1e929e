"""What a patient's page shows beside readings and tasks. Whether there is reach is asked before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from gateway.database import statements
from gateway.hubs.registry import NO_SLOT

_SQL = statements.load(__name__)


@dataclass(frozen=True)
class Equipment:
    """A device that is or was the patient's, and the hub that it speaks through (None: not known yet)."""

    device_identifier: str
    manufacturer: str | None
    model: str | None
    user: int | None
    since: datetime | None
    until: datetime | None
    hub_name: str | None
    online: bool | None
    status_at: datetime | None  # when the hub was heard last


@dataclass(frozen=True)
class LastOutcome:
    """How the last task ended that was completed."""

    at: datetime
    outcome: str
    title: str


async def notified_of(conn: AsyncConnection, patient_id: int) -> list[tuple[str, datetime]]:
    """By which rule (id) people were told of a reading, and when it was measured."""
    return await (await conn.execute(_SQL["notified_of"], {"patient_id": patient_id})).fetchall()


async def equipment(conn: AsyncConnection, patient_id: int) -> list[Equipment]:
    """The patient's devices, those in use first."""
    async with conn.cursor(row_factory=class_row(Equipment)) as cursor:
        await cursor.execute(_SQL["equipment"], {"patient_id": patient_id, "no_slot": NO_SLOT})
        return await cursor.fetchall()


async def last_outcome(conn: AsyncConnection, patient_id: int) -> LastOutcome | None:
    """None if nothing was completed."""
    async with conn.cursor(row_factory=class_row(LastOutcome)) as cursor:
        await cursor.execute(_SQL["last_outcome"], {"patient_id": patient_id})
        return await cursor.fetchone()
