"""Notifications of the database (LISTEN), on a connection of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier


@asynccontextmanager
async def listening(url: str, channel: str) -> AsyncIterator[AsyncIterator[None]]:
    """Yields what ticks once for each notification. Raises OperationalError when the connection is lost."""
    async with await AsyncConnection.connect(
        url, autocommit=True, application_name="hearthbeat-live"
    ) as conn:
        await conn.execute(SQL("LISTEN {}").format(Identifier(channel)))
        yield _ticks(conn)


async def _ticks(conn: AsyncConnection) -> AsyncIterator[None]:
    async for _ in conn.notifies():
        yield
