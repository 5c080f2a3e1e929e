"""A pool and a small organisation in a database of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from psycopg import AsyncConnection

from gateway.database.pool import Pool, open_pool
from tests.gateway.ward import Ward


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    async with open_pool(database_url) as opened:
        yield opened


@pytest.fixture
async def ward(database_url: str) -> AsyncIterator[Ward]:
    async with await AsyncConnection.connect(database_url) as conn:
        yield await Ward.open(conn)
