"""The migration runner: ordered files, one transaction each, under an advisory lock, with their text kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files

from psycopg import AsyncConnection

from gateway.database import statements
from gateway.database.kind import DatabaseKind, check_kind, find_kind, prepare
from gateway.errors import Unavailable

_SQL = statements.load(__name__)
NO_TRANSACTION = b"-- no transaction\n"
"""A file that begins so holds one statement that PostgreSQL refuses inside a transaction."""


class MigrationChanged(Unavailable):
    """A migration that this database has applied reads differently now: restore the file, add a new one."""


class NotMigrated(Unavailable):
    """The database does not have the tables this version needs: run `hearthbeat migrate`."""


def shipped() -> Mapping[str, bytes]:
    """The migrations of this version, in order."""
    folder = files(__package__).joinpath("migrations")
    return {
        each.name: each.read_bytes()
        for each in sorted(folder.iterdir(), key=lambda each: each.name)
        if each.name.endswith(".sql")
    }


async def migrate(url: str, now: datetime, *, convert: bool = False) -> list[str]:
    """Bring the database to this version and return the files that were applied.

    Raises MigrationChanged, and KindChanged unless `convert`.
    """
    async with await AsyncConnection.connect(url, autocommit=True) as conn:
        await conn.execute(_SQL["lock"])
        try:
            kind = await find_kind(conn)
            await conn.execute(_SQL["create_migration_table"])
            await conn.execute(_SQL["create_kind_table"])
            if not convert:
                await check_kind(conn, kind)
            applied = await _apply(conn, now)
            await prepare(conn, kind)
        finally:
            await conn.execute(_SQL["unlock"])
    return applied


async def check(conn: AsyncConnection) -> DatabaseKind:
    """Whether the database is as this version needs it. Raises if it is not."""
    row = await (await conn.execute(_SQL["is_migrated"])).fetchone()
    if row is None or not row[0] or await _pending(conn):
        raise NotMigrated("the database is not at this version: run `hearthbeat migrate`")
    kind = await find_kind(conn)
    await check_kind(conn, kind)
    return kind


async def _pending(conn: AsyncConnection) -> Mapping[str, bytes]:
    rows = await (await conn.execute(_SQL["applied"])).fetchall()
    applied: dict[str, str] = dict(rows)
    for file, content in shipped().items():
        if file in applied and applied[file] != content.decode():
            raise MigrationChanged(
                f"{file} was applied with another text: restore it, add a new file instead"
            )
    return {file: content for file, content in shipped().items() if file not in applied}


async def _apply(conn: AsyncConnection, now: datetime) -> list[str]:
    pending = await _pending(conn)
    for file, content in pending.items():
        row = {"file": file, "content": content.decode(), "now": now}
        if content.startswith(NO_TRANSACTION):
            await conn.execute(content)
            await conn.execute(_SQL["record"], row)
        else:
            async with conn.transaction():
                await conn.execute(content)
                await conn.execute(_SQL["record"], row)
    return list(pending)
