"""The role `tidy`, against the real database."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.ingest.batch import store_batch
from gateway.resources import Resources
from gateway.settings import BrokerSettings, Settings
from gateway.store.pool import Pool
from gateway.store.registry import Registry
from gateway.tidying.role import tidy
from tests.gateway.ward import Ward, glucose, message
from tests.servers.patience import eventually, patience
from tests.servers.ports import LOOPBACK


async def test_bytes_older_than_the_setting_go_at_once_and_it_stops_when_asked(
    ward: Ward, pool: Pool, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    readings = [glucose(100.0, now - timedelta(days=days)) for days in (1, 100)]
    await store_batch(pool, Registry(), [message(*readings, now=now)], now)
    broker = BrokerSettings(LOOPBACK, 1, "gateway", tmp_path / "password")
    settings = Settings(ward.conn.info.dsn, broker, None, LOOPBACK, 1, keep_raw=timedelta(days=30))
    resources = Resources(settings, pool, {})
    async with patience("old bytes go"), asyncio.TaskGroup() as group:
        group.create_task(tidy(resources))

        async def are_gone() -> bool:
            return await ward.count("raw_reading") == 1

        await eventually(are_gone)
        resources.stop.set()
    assert await ward.count("reading") == 2
