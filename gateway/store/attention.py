"""What waits for somebody: messages in quarantine, and readings that are not judged yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from gateway.store import statements
from gateway.store.sessions import Staff

_SQL = statements.load("attention.sql")


class UnknownMessage(Exception):
    """There is no such message in quarantine, or not for you."""


@dataclass(frozen=True)
class Quarantined:
    """A message, or one position of it, that could not be used."""

    quarantine_id: int
    received_at: datetime
    topic: str
    reason: str
    first_position: int | None
    last_position: int | None
    size: int  # bytes


@dataclass(frozen=True)
class ReasonCount:
    """How many messages are in quarantine for one reason."""

    reason: str
    messages: int


@dataclass(frozen=True)
class Waiting:
    """What ingest has stored and no evaluator has judged yet, of sources that belong to a patient."""

    due: int
    oldest_since: datetime | None  # the earliest reading's own time


async def quarantined(
    conn: AsyncConnection, staff: Staff, *, before: int | None, limit: int
) -> list[Quarantined]:
    """The newest first, those before `before`: of the organisation's hubs, and of names that are no hub's."""
    row = {"organisation_id": staff.organisation_id, "before": before, "limit": limit}
    async with conn.cursor(row_factory=class_row(Quarantined)) as cursor:
        await cursor.execute(_SQL["quarantined"], row)
        return await cursor.fetchall()


async def quarantine_reasons(conn: AsyncConnection, staff: Staff) -> list[ReasonCount]:
    """The most frequent first."""
    async with conn.cursor(row_factory=class_row(ReasonCount)) as cursor:
        await cursor.execute(_SQL["quarantine_reasons"], {"organisation_id": staff.organisation_id})
        return await cursor.fetchall()


async def quarantined_payload(
    conn: AsyncConnection, staff: Staff, quarantine_id: int
) -> tuple[Quarantined, bytes]:
    """One message and its bytes. Raises UnknownMessage."""
    row = {"organisation_id": staff.organisation_id, "quarantine_id": quarantine_id}
    found = await (await conn.execute(_SQL["quarantined_payload"], row)).fetchone()
    if found is None:
        raise UnknownMessage("There is no such message in quarantine, or not for you.")
    *message, payload = found
    return Quarantined(*message), payload


async def waiting(conn: AsyncConnection, staff: Staff) -> Waiting:
    """How much of the organisation is not judged yet."""
    async with conn.cursor(row_factory=class_row(Waiting)) as cursor:
        await cursor.execute(_SQL["waiting"], {"organisation_id": staff.organisation_id})
        return await cursor.fetchone() or Waiting(0, None)
