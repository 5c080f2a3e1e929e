"""The migration runner: ordered files, one transaction each, under an advisory lock, with their text kept.

A new database is given `schema.sql`, and counts as having applied every file: both come to the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from importlib.resources import files

from psycopg import AsyncConnection

from gateway.database import statements
from gateway.database.kind import DatabaseKind, check_kind, find_kind, prepare
from gateway.errors import Unavailable

_SQL = statements.load(__name__)
NO_TRANSACTION = b"-- no transaction\n"
"""A file that begins so holds one statement that PostgreSQL refuses inside a transaction."""
SCHEMA = "schema.sql"
BASELINE = "51a7713"
"""The version after whose migrations, 0001 to 0032, those that are shipped follow."""
BASELINE_DIGEST = "28867cbbf14f6e5abab4c071b001c6dfd269f85441097659814adf00da2ff946"
"""SHA-256 of their names and texts, one after the other."""


class MigrationChanged(Unavailable):
    """A migration that this database has applied reads differently now: restore the file, add a new one."""


class NotMigrated(Unavailable):
    """The database does not have the tables this version needs: run `hearthbeat migrate`."""


class BeforeBaseline(NotMigrated):
    """The database is older than what the shipped migrations follow."""


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
    applied = await _applied(conn)
    _check_baseline(applied)
    for file, content in shipped().items():
        if file in applied and applied[file] != content.decode():
            raise MigrationChanged(
                f"{file} was applied with another text: restore it, add a new file instead"
            )
    return {file: content for file, content in shipped().items() if file not in applied}


async def _applied(conn: AsyncConnection) -> Mapping[str, str]:
    return dict(await (await conn.execute(_SQL["applied"])).fetchall())


def _check_baseline(applied: Mapping[str, str]) -> None:
    first = next(iter(shipped()))
    earlier = sorted(file for file in applied if file < first)
    texts = "".join(file + applied[file] for file in earlier)
    if earlier and sha256(texts.encode()).hexdigest() != BASELINE_DIGEST:
        raise BeforeBaseline(
            f"the database is at {earlier[-1]}, before what this version can bring further:"
            f" run `hearthbeat migrate` of version {BASELINE} first"
        )


async def _make(conn: AsyncConnection, now: datetime) -> list[str]:
    async with conn.transaction():
        await conn.execute(files(__package__).joinpath(SCHEMA).read_bytes())
        for file, content in shipped().items():
            await conn.execute(_SQL["record"], {"file": file, "content": content.decode(), "now": now})
    return [SCHEMA]


async def _apply(conn: AsyncConnection, now: datetime) -> list[str]:
    if not await _applied(conn):
        return await _make(conn, now)
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
