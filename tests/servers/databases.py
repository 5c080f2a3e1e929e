"""Databases for tests: each gets a copy of a migrated template; nothing else on the server is touched."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

import psycopg
from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from gateway.database.migrate import migrate


def new_run() -> str:
    """A prefix for the names of everything that one run of the tests makes on a server."""
    return f"hearthbeat_test_{secrets.token_hex(6)}"


@asynccontextmanager
async def fresh_database(server: str, run: str) -> AsyncIterator[str]:
    """The URL of a migrated, empty database of its own, dropped at the end whoever is connected."""
    name = f"{run}_{secrets.token_hex(6)}"
    async with await AsyncConnection.connect(server, autocommit=True) as admin:
        template = await _template(admin, server, run)
        await admin.execute(
            SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template))
        )
    try:
        yield _url_of(server, name)
    finally:
        async with await AsyncConnection.connect(server, autocommit=True) as admin:
            await admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


async def make_empty(url: str) -> None:
    """Let the database be as if it had just been created, whoever is connected: not migrated either."""
    name = Identifier(urlsplit(url).path.removeprefix("/"))
    async with await AsyncConnection.connect(_url_of(url, "postgres"), autocommit=True) as admin:
        await admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        await admin.execute(SQL("CREATE DATABASE {}").format(name))


@asynccontextmanager
async def lets_nobody_in(url: str) -> AsyncIterator[AsyncConnection]:
    """Until the end of the block nobody new can connect; a connection to the server's own database."""
    allow = SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    name = Identifier(urlsplit(url).path.removeprefix("/"))
    async with await AsyncConnection.connect(_url_of(url, "postgres"), autocommit=True) as admin:
        await admin.execute(allow.format(name, SQL("false")))
        yield admin
        await admin.execute(allow.format(name, SQL("true")))


def drop_all(server: str, run: str) -> None:
    """Drop what `run` made and did not drop itself, its template above all."""
    with psycopg.connect(server, autocommit=True) as admin:
        for (name,) in admin.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [run]
        ).fetchall():
            admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


async def _template(admin: AsyncConnection, server: str, run: str) -> str:
    """The name of the run's migrated template, made by whichever worker comes first."""
    template, unfinished = f"{run}_template", f"{run}_unfinished"
    await admin.execute("SELECT pg_advisory_lock(hashtext(%s))", [run])
    try:
        cursor = await admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template])
        if await cursor.fetchone() is None:
            await admin.execute(SQL("DROP DATABASE IF EXISTS {}").format(Identifier(unfinished)))
            await admin.execute(SQL("CREATE DATABASE {}").format(Identifier(unfinished)))
            await migrate(_url_of(server, unfinished), datetime.now(UTC))
            rename = SQL("ALTER DATABASE {} RENAME TO {}")
            await admin.execute(rename.format(Identifier(unfinished), Identifier(template)))
    finally:
        await admin.execute("SELECT pg_advisory_unlock(hashtext(%s))", [run])
    return template


def _url_of(server: str, database: str) -> str:
    return urlsplit(server)._replace(path=f"/{database}").geturl()
