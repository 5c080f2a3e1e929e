"""The three kinds of database, and everything that differs between them. No query does."""

from __future__ import annotations

from enum import StrEnum

from psycopg import AsyncConnection

from gateway.database import statements
from gateway.errors import Unavailable

_SQL = statements.load("gateway.database.migrate")


class DatabaseKind(StrEnum):
    """What the database can do, from least to most."""

    PLAIN = "postgresql"
    APACHE = "timescaledb-apache"  # hypertables
    LICENSED = "timescaledb"  # and columnstore, policies

    @property
    def has_hypertables(self) -> bool:
        return self is not DatabaseKind.PLAIN

    @property
    def has_columnstore(self) -> bool:
        return self is DatabaseKind.LICENSED


class KindChanged(Unavailable):
    """The database was migrated on a server of another kind."""


async def find_kind(conn: AsyncConnection) -> DatabaseKind:
    """What kind of database this is; creates the extension where the server has it loaded."""
    row = await (await conn.execute(_SQL["is_timescale_preloaded"])).fetchone()
    if row is None or not row[0]:
        return DatabaseKind.PLAIN
    await conn.execute(_SQL["create_timescale"])
    row = await (await conn.execute(_SQL["timescale_license"])).fetchone()
    return DatabaseKind.APACHE if row == ("apache",) else DatabaseKind.LICENSED


async def stored_kind(conn: AsyncConnection) -> DatabaseKind | None:
    """As what the database was migrated; None: it was not yet."""
    row = await (await conn.execute(_SQL["stored_kind"])).fetchone()
    return None if row is None else DatabaseKind(row[0])


async def check_kind(conn: AsyncConnection, kind: DatabaseKind) -> None:
    """Raises KindChanged if the database was migrated as another kind."""
    stored = await stored_kind(conn)
    if stored is None or stored is kind:
        return
    if stored.has_hypertables and not kind.has_hypertables:
        raise KindChanged(f"the database was made on {stored}, this server is {kind}: restore it to {stored}")
    raise KindChanged(
        f"the database was made on {stored}, this server is {kind}: run `hearthbeat migrate --convert`"
    )


def preparations(kind: DatabaseKind) -> tuple[str, ...]:
    """The statements that make of the tables what `kind` allows. Each changes nothing a second time."""
    hypertables = ("make_hypertables",) if kind.has_hypertables else ()
    columnstore = ("make_columnstore",) if kind.has_columnstore else ()
    return hypertables + columnstore


async def prepare(conn: AsyncConnection, kind: DatabaseKind) -> None:
    """Make of the tables what the kind allows and keep the kind. Doing it again changes nothing."""
    async with conn.transaction():
        for statement in preparations(kind):
            await conn.execute(_SQL[statement])
        await conn.execute(_SQL["store_kind"], {"kind": kind})
