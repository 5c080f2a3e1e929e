"""The pool and a database that was away."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from gateway.store.pool import DATABASE_AWAY, Pool, open_pool
from tests.servers.ports import LOOPBACK
from tests.servers.proxy import open_proxy

AWAY_S = 8.0
FOUND_WITHIN_S = 5.0


async def test_a_database_that_is_back_is_found_soon_however_long_it_was_away(database_url: str) -> None:
    server = urlsplit(database_url)
    assert server.port is not None
    account = server.netloc.rpartition("@")[0]
    async with open_proxy(server.port) as line:
        url = server._replace(netloc=f"{account}@{LOOPBACK}:{line.port}").geturl()
        async with open_pool(url) as pool:
            assert await answers(pool)
            await line.go_down()
            async with asyncio.timeout(2 * AWAY_S):
                clock = asyncio.get_running_loop().time
                until = clock() + AWAY_S
                while clock() < until:
                    assert not await answers(pool)
            line.come_back()
            async with asyncio.timeout(FOUND_WITHIN_S):
                while not await answers(pool):
                    """It is asked again."""


async def answers(pool: Pool) -> bool:
    try:
        async with pool.connection(timeout=0.5):
            return True
    except DATABASE_AWAY:
        await asyncio.sleep(0.1)
        return False
