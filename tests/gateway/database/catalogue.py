"""What a database is made of, as PostgreSQL's own catalogue says it: for one to be held against another."""

from __future__ import annotations

from psycopg import AsyncConnection

from gateway.database import statements

_SQL = statements.load(__name__)


async def catalogue(url: str) -> dict[str, set[tuple[object, ...]]]:
    """Everything that is defined, by what it is."""
    async with await AsyncConnection.connect(url) as conn:
        return {name: set(await (await conn.execute(query)).fetchall()) for name, query in _SQL.items()}
