"""What waits for somebody: messages in quarantine, and readings that are not judged yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from gateway.database import statements
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)


@dataclass(frozen=True)
class ReasonCount:
    """How many messages wait in quarantine for one reason."""

    reason: str
    messages: int


@dataclass(frozen=True)
class Waiting:
    """What ingest has stored and no evaluator has judged yet, of sources that belong to a patient."""

    due: int
    oldest_since: datetime | None  # the earliest reading's own time


async def quarantine_reasons(conn: AsyncConnection, staff: Staff) -> list[ReasonCount]:
    """The most frequent first."""
    async with conn.cursor(row_factory=class_row(ReasonCount)) as cursor:
        await cursor.execute(_SQL["quarantine_reasons"], {"organisation_id": staff.organisation_id})
        return await cursor.fetchall()


async def waiting(conn: AsyncConnection, staff: Staff) -> Waiting:
    """How much of the organisation is not judged yet."""
    async with conn.cursor(row_factory=class_row(Waiting)) as cursor:
        await cursor.execute(_SQL["waiting"], {"organisation_id": staff.organisation_id})
        return await cursor.fetchone() or Waiting(0, None)
