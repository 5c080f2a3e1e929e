"""The supervisor: whichever role ends is begun again and shown, and no other ends with it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from gateway import faults, process
from gateway.database.pool import Pool
from gateway.process import rest_s, supervise
from gateway.resources import Resources
from gateway.settings import BrokerSettings, SettingError, Settings
from gateway.web.monitor import create_monitor
from tests.gateway.ward import NOON, Ward
from tests.servers.ports import LOOPBACK


@pytest.fixture
def resources(database_url: str, pool: Pool, tmp_path: Path) -> Resources:
    broker = BrokerSettings(LOOPBACK, 1, "gateway", tmp_path / "password")
    return Resources(Settings(database_url, broker, None, LOOPBACK, 1), pool, {})


async def until_stop(resources: Resources) -> None:
    await resources.stop.wait()


async def test_a_role_that_ends_is_begun_again_and_no_other_ends_with_it(
    resources: Resources, ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "FIRST_S", 0.01)
    begun = 0

    async def end_twice(resources: Resources) -> None:
        nonlocal begun
        begun += 1
        if begun < 3:
            raise ValueError("Jo Doe")
        await resources.stop.wait()

    async with asyncio.timeout(60), asyncio.TaskGroup() as roles:
        ending = roles.create_task(supervise("evaluate", end_twice, resources, lambda: NOON))
        other = roles.create_task(supervise("web", until_stop, resources))
        while begun < 3:
            await asyncio.sleep(0.01)
        assert not ending.done()
        assert not other.done()
        resources.stop.set()
    assert await faults.role_ends(ward.conn, NOON) == [faults.RoleEnd("evaluate", NOON, 2, "ValueError")]
    transport = httpx.ASGITransport(create_monitor(resources, lambda: NOON))
    async with httpx.AsyncClient(transport=transport, base_url="http://monitor") as watched:
        assert 'hearthbeat_role_ends_total{role="evaluate"} 2' in (await watched.get("/metrics")).text


async def test_health_names_a_role_that_ended_and_the_process_stays_ready(
    resources: Resources, ward: Ward
) -> None:
    async def end(_: Resources) -> None:
        raise ValueError("Jo Doe")

    async with asyncio.timeout(60), asyncio.TaskGroup() as roles:
        roles.create_task(supervise("evaluate", end, resources, lambda: NOON))
        while not await faults.role_ends(ward.conn, NOON):
            await ward.conn.commit()
            await asyncio.sleep(0.01)
        transport = httpx.ASGITransport(create_monitor(resources, lambda: NOON))
        async with httpx.AsyncClient(transport=transport, base_url="http://monitor") as watched:
            answer = await watched.get("/readyz")
        assert (answer.status_code, answer.json()["begun_again"]) == (200, "evaluate: ValueError")
        resources.stop.set()  # while it rests


async def test_a_setting_that_keeps_a_role_from_starting_ends_the_process_only_at_first(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(_: Resources) -> None:
        raise SettingError("HEARTHBEAT_WEB_PORT: cannot listen")

    async def refuse_in_a_group(resources: Resources) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(refuse(resources))

    with pytest.raises(SettingError):
        await supervise("web", refuse, resources)
    with pytest.raises(ExceptionGroup):
        await supervise("ingest", refuse_in_a_group, resources)
    monkeypatch.setattr(process, "BEGUN_AFTER_S", -1.0)
    async with asyncio.timeout(60), asyncio.TaskGroup() as roles:
        roles.create_task(supervise("web", refuse, resources))
        while "web" not in resources.ended:
            await asyncio.sleep(0.01)
        resources.stop.set()


def test_rests_grow_up_to_a_minute() -> None:
    assert [rest_s(ends) for ends in (1, 2, 3, 6, 7, 1000)] == [1.0, 2.0, 4.0, 32.0, 60.0, 60.0]
