"""A new database and one that came a long way are the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from psycopg import AsyncConnection

from gateway.database.kind import DatabaseKind
from gateway.database.migrate import BeforeBaseline, check, migrate, shipped
from tests.gateway.database.catalogue import catalogue
from tests.gateway.database.earlier import make_earlier, migrations_of
from tests.gateway.ward import NOON

OF_51A7713 = dict(migrations_of("51a7713"))
BEFORE_0040 = {file: text.decode() for file, text in shipped().items() if file < "0040"}


@pytest.mark.parametrize("earlier", [OF_51A7713, OF_51A7713 | BEFORE_0040], ids=["51a7713", "before 0040"])
async def test_a_new_database_is_what_migrations_make_of_an_earlier_one(
    database_url: str, kind: DatabaseKind, earlier: Mapping[str, str]
) -> None:
    new = await catalogue(database_url)
    assert min(map(len, new.values())) > 0
    await make_earlier(database_url, earlier)
    assert await migrate(database_url, NOON) == [file for file in shipped() if file not in earlier]
    migrated = await catalogue(database_url)
    assert {name: migrated[name] ^ new[name] for name in new} == {name: set() for name in new}
    async with await AsyncConnection.connect(database_url, autocommit=True) as conn:
        assert await check(conn) is kind
    assert await migrate(database_url, NOON) == []


@pytest.mark.parametrize(
    ("otherwise", "last"),
    [
        (lambda of: dict(list(of.items())[:4]), r"0004_quarantine\.sql"),
        (lambda of: dict(list(of.items())[:31]), r"0031_order_of_tasks\.sql"),
        (lambda of: of | {"0032_tasks_in_reach.sql": "SELECT 1\n"}, r"0032_tasks_in_reach\.sql"),
    ],
    ids=["long before", "one short", "otherwise"],
)
async def test_a_database_from_before_is_left_as_it_is_and_told_the_way(
    database_url: str, otherwise: Callable[[dict[str, str]], Mapping[str, str]], last: str
) -> None:
    earlier = otherwise(OF_51A7713)
    await make_earlier(database_url, earlier)
    before = await catalogue(database_url)
    way = rf"at {last}.*run `hearthbeat migrate` of version 51a7713 first"
    with pytest.raises(BeforeBaseline, match=way):
        await migrate(database_url, NOON)
    async with await AsyncConnection.connect(database_url, autocommit=True) as conn:
        with pytest.raises(BeforeBaseline, match=way):
            await check(conn)
        applied = await conn.execute("SELECT file FROM migration ORDER BY file")
        assert [file for (file,) in await applied.fetchall()] == list(earlier)
    assert await catalogue(database_url) == before
