"""How the canary's reading fares. It belongs to an organisation of its own, which nobody works in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg import AsyncConnection
from psycopg.rows import class_row

from gateway.database import statements
from gateway.hubs import hubs
from gateway.staff import organisations

_SQL = statements.load(__name__)

NOBODYS = "Hearthbeat's own"
"""The organisation."""
LOST_AFTER = timedelta(minutes=5)
"""It is sent each minute: by then several were lost, one after the other."""


@dataclass(frozen=True)
class Canary:
    """When the last receipt came (or the first was sent), and how long that took: None, if none ever came."""

    alive_at: datetime
    seconds: float | None


async def begin(conn: AsyncConnection, hub: str, password_hash: str, now: datetime) -> None:
    """Make its organisation and its hub, where they are not there yet. Raises HubExists."""
    async with conn.transaction():
        organisation_id = await organisations.add_organisation(conn, NOBODYS)
        if organisation_id is not None:
            await hubs.add(conn, organisation_id, hub, password_hash)
        await conn.execute(_SQL["begin"], {"now": now})


async def keep(conn: AsyncConnection, seconds: float, now: datetime) -> None:
    """Its receipt has come."""
    await conn.execute(_SQL["keep"], {"seconds": seconds, "now": now})


async def get(conn: AsyncConnection) -> Canary | None:
    """None where nobody has ever sent one."""
    async with conn.cursor(row_factory=class_row(Canary)) as cursor:
        await cursor.execute(_SQL["get"])
        return await cursor.fetchone()


async def lost_since(conn: AsyncConnection, now: datetime) -> datetime | None:
    """Since when nothing has come through, if that is long ago."""
    found = await get(conn)
    return found.alive_at if found is not None and now - found.alive_at > LOST_AFTER else None
