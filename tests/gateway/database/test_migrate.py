"""Migrations on real databases: once, whole, and an edited file is caught."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from psycopg import AsyncConnection, DatabaseError

from gateway.database import migrate as runner
from gateway.database import statements
from gateway.database.kind import DatabaseKind, KindChanged, preparations
from gateway.database.migrate import MigrationChanged, NotMigrated, check, migrate, shipped
from tests.gateway.ward import NOON


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[AsyncConnection]:
    async with await AsyncConnection.connect(database_url, autocommit=True) as opened:
        yield opened


async def test_doing_it_again_changes_nothing(
    database_url: str, conn: AsyncConnection, kind: DatabaseKind
) -> None:
    assert await migrate(database_url, NOON) == []
    assert await check(conn) is kind


async def test_readings_are_in_chunks_of_28_days_with_one_index(
    conn: AsyncConnection, kind: DatabaseKind
) -> None:
    if kind.has_hypertables:
        cursor = await conn.execute(
            "SELECT hypertable_name, time_interval::text FROM timescaledb_information.dimensions ORDER BY 1"
        )
        assert await cursor.fetchall() == [("raw_reading", "28 days"), ("reading", "28 days")]
    cursor = await conn.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'reading'")
    assert await cursor.fetchall() == [("reading_once",)]


async def test_an_edited_file_is_caught(database_url: str, conn: AsyncConnection) -> None:
    await conn.execute(
        "UPDATE migration SET content = content || ' ' WHERE file = '0033_ends_of_time_and_numbers.sql'"
    )
    with pytest.raises(MigrationChanged, match=r"0033_ends_of_time_and_numbers\.sql"):
        await migrate(database_url, NOON)
    with pytest.raises(MigrationChanged):
        await check(conn)


async def test_a_database_that_lacks_a_file_is_not_run_on(conn: AsyncConnection) -> None:
    await conn.execute("DELETE FROM migration WHERE file = (SELECT max(file) FROM migration)")
    with pytest.raises(NotMigrated, match="hearthbeat migrate"):
        await check(conn)


async def test_an_empty_database_is_not_run_on(conn: AsyncConnection) -> None:
    await conn.execute("DROP TABLE migration")
    with pytest.raises(NotMigrated):
        await check(conn)


async def test_another_kind_stops_until_converted(
    database_url: str, conn: AsyncConnection, kind: DatabaseKind
) -> None:
    other = DatabaseKind.PLAIN if kind.has_hypertables else DatabaseKind.APACHE
    await conn.execute("UPDATE database_kind SET kind = %s", [other])
    way_out = "hearthbeat migrate --convert" if kind.has_hypertables else "restore it to timescaledb-apache"
    with pytest.raises(KindChanged, match=way_out):
        await migrate(database_url, NOON)
    with pytest.raises(KindChanged, match=way_out):
        await check(conn)
    await migrate(database_url, NOON, convert=True)
    assert await check(conn) is kind


async def test_a_file_that_fails_leaves_nothing(
    database_url: str, conn: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = dict(shipped()) | {"9999_bad.sql": b"CREATE TABLE half (); SELECT 1 / 0"}
    monkeypatch.setattr(runner, "shipped", lambda: bad)
    with pytest.raises(Exception, match="division by zero"):
        await migrate(database_url, NOON)
    assert await (await conn.execute("SELECT to_regclass('half')")).fetchall() == [(None,)]


async def test_a_file_marked_so_runs_outside_a_transaction(
    database_url: str, conn: AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = dict(shipped()) | {
        "9999_more.sql": b"-- no transaction\nCREATE INDEX CONCURRENTLY later ON patient (birth_date)"
    }
    monkeypatch.setattr(runner, "shipped", lambda: more)
    assert await migrate(database_url, NOON) == ["9999_more.sql"]
    assert await (await conn.execute("SELECT to_regclass('later')::text")).fetchall() == [("later",)]


async def test_columns_need_the_licence_and_nothing_else(conn: AsyncConnection, kind: DatabaseKind) -> None:
    make_columnstore = statements.load("gateway.database.migrate")["make_columnstore"]
    if kind.has_columnstore:
        await conn.execute(make_columnstore)
        enabled = await conn.execute(
            "SELECT hypertable_name FROM timescaledb_information.hypertables WHERE compression_enabled"
        )
        assert await enabled.fetchall() == [("reading",)]
    else:
        missing = "license" if kind.has_hypertables else "timescaledb_information"
        with pytest.raises(DatabaseError, match=missing):
            await conn.execute(make_columnstore)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (DatabaseKind.PLAIN, ()),
        (DatabaseKind.APACHE, ("make_hypertables",)),
        (DatabaseKind.LICENSED, ("make_hypertables", "make_columnstore")),
    ],
)
def test_each_kind_is_given_what_it_can_do(given: DatabaseKind, expected: tuple[str, ...]) -> None:
    assert preparations(given) == expected
