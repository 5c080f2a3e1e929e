"""Connections to the database: one pool a process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

from psycopg import AsyncConnection, OperationalError
from psycopg_pool import AsyncConnectionPool, PoolTimeout

Pool: TypeAlias = AsyncConnectionPool[AsyncConnection]
"""What store functions' callers hold."""

DATABASE_AWAY = (OperationalError, PoolTimeout)
"""What is raised while the database cannot be reached; the work itself was not at fault."""


@asynccontextmanager
async def open_pool(url: str, *, max_size: int = 10) -> AsyncIterator[Pool]:
    """A pool on `url`. Does not wait for the server: a gateway starts while its database is away."""
    pool: Pool = AsyncConnectionPool(
        url,
        min_size=1,
        max_size=max_size,
        timeout=10,
        open=False,
        check=AsyncConnectionPool.check_connection,  # or every old connection fails once after a restart
        kwargs={"options": "-c timezone=UTC", "application_name": "hearthbeat"},
    )
    async with pool:
        yield pool
