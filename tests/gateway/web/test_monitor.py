"""Watching a process that ingests: its numbers and its health, with a real broker and a real database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from edge_agent.wire.messages import Batch
from gateway.database.pool import Pool, open_pool
from gateway.ingest.role import ingest
from gateway.metrics import CONTENT_TYPE
from gateway.resources import Resources
from gateway.rules import load_shipped
from gateway.settings import BrokerSettings, SettingError, Settings
from gateway.web.app import create_app
from gateway.web.live import Live
from gateway.web.monitor import create_monitor, monitor
from tests.gateway.ward import HUB, Ward, glucose
from tests.servers.broker import GATEWAY, Broker
from tests.servers.patience import PATIENCE_S, eventually
from tests.servers.ports import LOOPBACK, free_port, wait_until_listening
from tests.system.strange_hub import strange_hub


@pytest.fixture
def resources(database_url: str, pool: Pool, broker: Broker, tmp_path: Path) -> Resources:
    password = tmp_path / "gateway-password"
    password.write_text(broker.passwords[GATEWAY])
    settings = Settings(
        database_url,
        BrokerSettings(broker.host, broker.gateway_port, GATEWAY, password),
        None,
        LOOPBACK,
        free_port(),
        metrics_port=free_port(),
    )
    return Resources(settings, pool, load_shipped())


@pytest.fixture
async def watched(resources: Resources) -> AsyncIterator[httpx.AsyncClient]:
    """What watches a process that plays `ingest` alone."""
    port = resources.settings.metrics_port
    assert port is not None
    async with AsyncExitStack() as stack:
        roles = await stack.enter_async_context(asyncio.TaskGroup())
        stack.callback(resources.stop.set)
        roles.create_task(ingest(resources))
        watching = roles.create_task(monitor(resources))
        await asyncio.to_thread(wait_until_listening, port, lambda: not watching.done())
        address = f"http://{LOOPBACK}:{port}"
        yield await stack.enter_async_context(
            httpx.AsyncClient(base_url=address, trust_env=False, timeout=PATIENCE_S)
        )


async def until_ready(watched: httpx.AsyncClient, status: int) -> str:
    """What /readyz says once it answers so."""

    async def answer() -> str:
        answered = await watched.get("/readyz")
        return answered.text if answered.status_code == status else ""

    return await eventually(answer)


async def number(watched: httpx.AsyncClient, sample: str) -> float:
    lines = (await watched.get("/metrics")).text.splitlines()
    found = [line.split()[-1] for line in lines if line.startswith(f"{sample} ")]
    return float(found[0]) if found else 0.0


async def test_what_is_taken_in_is_counted(watched: httpx.AsyncClient, ward: Ward, broker: Broker) -> None:
    await until_ready(watched, 200)
    broker.add_user(HUB, "a hub's")
    payload = Batch(readings=(glucose(77.125),)).model_dump_json(exclude_defaults=True).encode()
    async with strange_hub(HUB, "a hub's", broker) as hub:
        hub.publish(payload, first=1)
        hub.publish(payload, first=2)
        hub.publish(b"unreadable", first=3, count=2)

        async def all_receipts() -> bool:
            return await number(watched, "hearthbeat_receipts_total") >= 3

        await eventually(all_receipts)
    text = (await watched.get("/metrics")).text
    for line in (
        "hearthbeat_messages_received_total 3",
        'hearthbeat_positions_total{outcome="stored"} 1',
        'hearthbeat_positions_total{outcome="before"} 1',
        'hearthbeat_positions_total{outcome="quarantined"} 2',
        'hearthbeat_broker_connected{channel="backlog"} 1',
        "hearthbeat_database_ready 1",
        "hearthbeat_due 1",
        "hearthbeat_quarantined 1",
    ):
        assert line in text.splitlines()
    assert await number(watched, "hearthbeat_batch_seconds_count") >= 1
    assert "77.125" not in text
    assert HUB not in text


async def test_who_ingests_without_a_broker_is_not_ready(watched: httpx.AsyncClient, broker: Broker) -> None:
    await until_ready(watched, 200)
    broker.kill()
    assert "broker-away" in await until_ready(watched, 503)
    assert await number(watched, 'hearthbeat_broker_connected{channel="readings"}') == 0
    assert (await watched.get("/livez")).status_code == 200
    broker.start()
    await until_ready(watched, 200)


async def test_numbers_are_told_while_the_database_is_away(resources: Resources) -> None:
    nowhere = f"postgresql://hearthbeat@{LOOPBACK}:{free_port()}/hearthbeat"
    async with open_pool(nowhere) as pool:
        app = create_monitor(replace(resources, pool=pool))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://monitor") as watched:
            assert "database-away" in await until_ready(watched, 503)
            assert await number(watched, "hearthbeat_database_ready") == 0
            assert "hearthbeat_due" not in (await watched.get("/metrics")).text
            assert (await watched.get("/livez")).status_code == 200


async def test_the_port_of_the_console_tells_them_too(resources: Resources, ward: Ward) -> None:
    transport = httpx.ASGITransport(create_app(resources, Live()))
    async with httpx.AsyncClient(transport=transport, base_url="http://console") as client:
        answer = await client.get("/metrics")
        assert (answer.status_code, answer.headers["content-type"]) == (200, CONTENT_TYPE)
        assert await number(client, "hearthbeat_database_ready") == 1


async def test_nothing_else_is_served_there(watched: httpx.AsyncClient) -> None:
    assert (await watched.get("/api/patients")).status_code == 404
    assert (await watched.get("/openapi.json")).status_code == 404


async def test_a_port_in_use_is_said(resources: Resources) -> None:
    settings = replace(resources.settings, metrics_port=resources.settings.broker.port)
    with pytest.raises(SettingError, match=r"HEARTHBEAT_METRICS_PORT: cannot listen .*in use"):
        await monitor(replace(resources, settings=settings))
