"""Notifications of the database (LISTEN), on a connection of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier


class ChannelMessage(NamedTuple):
    """A notification."""

    channel: str
    payload: str


@asynccontextmanager
async def listening(url: str, *channels: str) -> AsyncIterator[AsyncIterator[ChannelMessage]]:
    """Yields what yields each notification. Raises OperationalError when the connection is lost."""
    async with await AsyncConnection.connect(
        url, autocommit=True, application_name="hearthbeat-live"
    ) as conn:
        for channel in channels:
            await conn.execute(SQL("LISTEN {}").format(Identifier(channel)))
        yield _news(conn)


async def _news(conn: AsyncConnection) -> AsyncIterator[ChannelMessage]:
    async for each in conn.notifies():
        yield ChannelMessage(each.channel, each.payload)
