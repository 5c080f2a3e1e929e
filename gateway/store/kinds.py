"""The three kinds of database, and everything that differs between them. No query does."""

from __future__ import annotations

from enum import StrEnum

from psycopg import AsyncConnection

from gateway.store import statements

_SQL = statements.load("migrate.sql")


class Kind(StrEnum):
    """What the database can do, from least to most."""

    PLAIN = "postgresql"
    APACHE = "timescaledb-apache"  # hypertables
    LICENSED = "timescaledb"  # and columnstore, policies

    @property
    def has_hypertables(self) -> bool:
        return self is not Kind.PLAIN


class KindChanged(Exception):
    """The database was migrated on a server of another kind."""


async def find_kind(conn: AsyncConnection) -> Kind:
    """What kind of database this is; creates the extension where the server has it loaded."""
    row = await (await conn.execute(_SQL["is_timescale_preloaded"])).fetchone()
    if row is None or not row[0]:
        return Kind.PLAIN
    await conn.execute(_SQL["create_timescale"])
    row = await (await conn.execute(_SQL["timescale_license"])).fetchone()
    return Kind.APACHE if row == ("apache",) else Kind.LICENSED


async def check_kind(conn: AsyncConnection, kind: Kind) -> None:
    """Raises KindChanged if the database was migrated as another kind."""
    row = await (await conn.execute(_SQL["stored_kind"])).fetchone()
    if row is None or row[0] == kind:
        return
    if Kind(row[0]).has_hypertables and not kind.has_hypertables:
        raise KindChanged(f"the database was made on {row[0]}, this server is {kind}: restore it to {row[0]}")
    raise KindChanged(
        f"the database was made on {row[0]}, this server is {kind}: run `hearthbeat migrate --convert`"
    )


async def prepare(conn: AsyncConnection, kind: Kind) -> None:
    """Make of the tables what the kind allows and keep the kind. Doing it again changes nothing."""
    async with conn.transaction():
        if kind.has_hypertables:
            await conn.execute(_SQL["make_hypertables"])
        await conn.execute(_SQL["store_kind"], {"kind": kind})
