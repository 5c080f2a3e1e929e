"""Rows as an earlier version may have left them, whatever is checked today."""

from __future__ import annotations

from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

YEAR_10000 = "9999-12-31T23:59:59-14:00"
"""A moment that PostgreSQL keeps and Python cannot read."""


async def make_unreadable(conn: AsyncConnection, table: str, change: str, *values: object) -> None:
    """Change rows of the table without its checks."""
    checks = "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass"
    for (name,) in await (await conn.execute(checks, [table])).fetchall():
        dropping = SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(Identifier(table), Identifier(name))
        await conn.execute(dropping)
    await conn.execute(change.encode(), values)
    await conn.commit()
