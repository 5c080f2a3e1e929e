"""A database as an earlier version left it: its migrations, as they were recorded, and rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from psycopg import AsyncConnection

from gateway.database import statements
from gateway.database.kind import find_kind, prepare
from tests.gateway.ward import NOON
from tests.servers.databases import make_empty

CAPTURED = Path(__file__).with_name("captured")
_SQL = statements.load("gateway.database.migrate")


def migrations_of(version: str) -> Mapping[str, str]:
    """The version's migrations in order, by file name."""
    _, *files = (CAPTURED / f"{version}.sql").read_text().split("-- file: ")
    return {name: text for name, _, text in (file.partition("\n") for file in files)}


async def make_earlier(url: str, migrations: Mapping[str, str], *rows: bytes) -> None:
    """Let the database be as a version with these migrations made it, with these rows."""
    await make_empty(url)
    async with await AsyncConnection.connect(url, autocommit=True) as conn:
        kind = await find_kind(conn)
        for table in ("create_migration_table", "create_kind_table"):
            await conn.execute(_SQL[table])
        for file, text in migrations.items():
            await conn.execute(text.encode())
            await conn.execute(_SQL["record"], {"file": file, "content": text, "now": NOON})
        await prepare(conn, kind)
        for script in rows:
            await conn.execute(script)
