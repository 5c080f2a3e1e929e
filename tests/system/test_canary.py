"""A reading of nobody is sent all the way: the numbers say how long it takes, and nobody is bothered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.servers.broker import Broker
from tests.servers.patience import eventually
from tests.system.pipeline import open_gateway, rows


async def test_it_says_that_the_way_is_open_and_adds_one_reading_however_often(
    tmp_path: Path, database_url: str, broker: Broker
) -> None:
    async with open_gateway(tmp_path / "gateway", database_url, broker) as gateway:
        with gateway.beside("canary", 0, HEARTHBEAT_CANARY_S="1") as bird:
            came_back = "SELECT alive_at FROM canary WHERE seconds IS NOT NULL"
            [(first,)] = await eventually(lambda: rows(database_url, came_back))

            async def again() -> bool:
                return await rows(database_url, came_back) != [(first,)]

            await eventually(again)
            assert await rows(database_url, "SELECT count(*) FROM reading") == [(1,)]
            bird.ask_to_end()
            assert await bird.ended() == 0
            [(alive_at, seconds)] = await rows(database_url, "SELECT alive_at, seconds FROM canary")
            before = datetime.now(UTC)
            numbers = await gateway.numbers()
            assert 0 < numbers["hearthbeat_canary_seconds"] == pytest.approx(seconds)
            age = timedelta(seconds=numbers["hearthbeat_canary_age_seconds"])
            assert before - alive_at <= age <= datetime.now(UTC) - alive_at
            assert numbers["hearthbeat_due"] == numbers["hearthbeat_quarantined"] == 0
            mine = "SELECT count(*) FROM hub JOIN staff USING (organisation_id)"
            assert await rows(database_url, mine) == [(0,)]
            assert "canary_lost" not in bird.log
