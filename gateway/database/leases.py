"""Which process plays a role that only one may play: a row with an expiry, and a number for each holder.

A process that was stopped keeps no lock; when it goes on, its number is no longer the one that is asked for.
"""

from __future__ import annotations

from datetime import datetime

from psycopg import AsyncConnection

from gateway.database import statements
from gateway.database.pool import BeginAgain

_SQL = statements.load(__name__)


class LeaseLost(BeginAgain):
    """Another process has taken over."""


async def take(
    conn: AsyncConnection, name: str, number: int | None, now: datetime, until: datetime
) -> int | None:
    """Take or renew a lease until a time; the number to work under, or None while another process has it.

    `number` is what this process held before, if anything.
    """
    row = {"name": name, "number": number, "now": now, "until": until}
    found = await (await conn.execute(_SQL["take"], row)).fetchone()
    return None if found is None else int(found[0])


async def check(conn: AsyncConnection, name: str, number: int) -> None:
    """Nobody takes over until the transaction ends. Raises LeaseLost."""
    await conn.execute(_SQL["end_if_idle"])
    if not (await conn.execute(_SQL["check"], {"name": name, "number": number})).rowcount:
        raise LeaseLost(f"another process plays {name}")


async def give_back(conn: AsyncConnection, name: str, number: int, now: datetime) -> None:
    """Let the next process begin at once."""
    await conn.execute(_SQL["give_back"], {"name": name, "number": number, "now": now})
