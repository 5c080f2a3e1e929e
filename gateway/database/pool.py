"""Connections to the database: one pool a process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

from psycopg import AsyncConnection, DatabaseError, DataError, IntegrityError, OperationalError
from psycopg.errors import LockNotAvailable, ProgramLimitExceeded
from psycopg_pool import AsyncConnectionPool, PoolTimeout

Pool: TypeAlias = AsyncConnectionPool[AsyncConnection]
"""What store functions' callers hold."""

DATABASE_AWAY = (OperationalError, PoolTimeout)
"""What is raised while the database cannot be reached; the work itself was not at fault."""


class BeginAgain(Exception):
    """Somebody else came in between: nothing is wrong, the work is to be begun again."""


def is_away(error: BaseException) -> bool:
    """Whether the database was away, also where several tasks of a group found it so.

    A row that is too big for it is called operational, too, and comes back however often it is tried.
    """
    if isinstance(error, BaseExceptionGroup):
        return all(map(is_away, error.exceptions))
    return isinstance(error, DATABASE_AWAY) and not isinstance(error, ProgramLimitExceeded)


def is_at_fault(error: Exception) -> bool:
    """Whether what was worked on is at fault: neither the database nor another process."""
    return not (is_away(error) or isinstance(error, BeginAgain))


REFUSED = (DataError, IntegrityError)
"""What is raised when the database is there and does not take a row."""

LOCKED = LockNotAvailable
"""What is raised when somebody else holds what is to be written, for longer than was to be waited."""


def refusal(error: DatabaseError) -> str:
    """The class of a refusal; the server's own words may hold the value."""
    return f"refused by the database: {type(error).__name__} ({error.sqlstate})"


RECONNECT_S = 3.0
"""Tries to connect come further and further apart; after so long they begin anew, with whoever asks next.

Else a database that is back after minutes is found minutes later.
"""


@asynccontextmanager
async def open_pool(url: str, *, max_size: int = 10) -> AsyncIterator[Pool]:
    """A pool on `url`. Does not wait for the server to be there."""
    pool: Pool = AsyncConnectionPool(
        url,
        min_size=1,
        max_size=max_size,
        timeout=10,
        reconnect_timeout=RECONNECT_S,
        open=False,
        check=AsyncConnectionPool.check_connection,  # or every old connection fails once after a restart
        kwargs={"options": "-c timezone=UTC", "application_name": "hearthbeat"},
    )
    async with pool:
        yield pool
