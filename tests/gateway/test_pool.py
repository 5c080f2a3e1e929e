"""The pool and a database that was away."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

import gateway.database.pool
from gateway.database.pool import DATABASE_AWAY, Pool, open_pool
from tests.servers.patience import eventually, patience
from tests.servers.ports import LOOPBACK
from tests.servers.proxy import open_proxy

KNOCKS = 9
"""With pauses that double each time the last of so many would come after four minutes."""


async def test_a_database_that_is_back_is_found_soon_however_long_it_was_away(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway.database.pool, "RECONNECT_S", 0.5)
    server = urlsplit(database_url)
    assert server.port is not None
    account = server.netloc.rpartition("@")[0]
    async with open_proxy(server.port) as line:
        url = server._replace(netloc=f"{account}@{LOOPBACK}:{line.port}").geturl()
        async with open_pool(url) as pool:
            assert await answers(pool)
            await line.go_down()
            async with patience("it is looked for often"):
                while line.knocks < KNOCKS:
                    assert not await answers(pool)
            line.come_back()
            await eventually(lambda: answers(pool))


async def answers(pool: Pool) -> bool:
    try:
        async with pool.connection(timeout=0.5):
            return True
    except DATABASE_AWAY:
        return False
