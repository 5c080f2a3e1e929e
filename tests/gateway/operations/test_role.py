"""The role `tidy`, against the real database."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway import faults
from gateway.database.pool import Pool
from gateway.faults import Item, ItemKind
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.loop import OF_ITEMS
from gateway.operations.tidy import tidy
from gateway.resources import Resources
from gateway.settings import BrokerSettings, Settings
from tests.gateway.ward import Ward, glucose, message
from tests.servers.patience import eventually, patience
from tests.servers.ports import LOOPBACK


async def test_what_is_too_old_goes_at_once_and_it_stops_when_asked(
    ward: Ward, pool: Pool, tmp_path: Path
) -> None:
    """Devices' bytes by the setting, and what was set aside and not tried for a day."""
    now = datetime.now(UTC)
    for days in (0, 2):
        item = Item("ingest", ItemKind.MESSAGE, f"hearthbeat/1/home-{days}/readings")
        await faults.set_aside(ward.conn, item, "ValueError", OF_ITEMS, now - timedelta(days=days))
    await ward.conn.commit()
    readings = [glucose(100.0, now - timedelta(days=days)) for days in (1, 100)]
    await store_batch(pool, Registry(), [message(*readings, now=now)], now)
    broker = BrokerSettings(LOOPBACK, 1, "gateway", tmp_path / "password")
    settings = Settings(ward.conn.info.dsn, broker, None, LOOPBACK, 1, keep_raw=timedelta(days=30))
    resources = Resources(settings, pool, {})
    async with patience("what is old goes"), asyncio.TaskGroup() as group:
        group.create_task(tidy(resources))

        async def are_gone() -> bool:
            return await ward.count("raw_reading") == await ward.count("set_aside") == 1

        await eventually(are_gone)
        resources.stop.set()
    assert await ward.count("reading") == 2
    [aside] = await faults.list_set_aside(ward.conn, ward.nurse.organisation_id, limit=10)
    assert aside.item == "hearthbeat/1/home-0/readings"
