"""The role: it says when it cannot listen, and ends when it is asked to, whatever is open."""

from __future__ import annotations

import asyncio
import socket
import time

import httpx
import pytest

from gateway.resources import Resources
from gateway.settings import SettingError
from gateway.web.role import web
from tests.gateway.web.clinic import PASSWORD, Clinic
from tests.servers.ports import wait_until_listening


async def test_a_port_in_use_is_said(resources: Resources) -> None:
    with (
        socket.create_server((resources.settings.web_host, resources.settings.web_port)),
        pytest.raises(SettingError, match=r"HEARTHBEAT_WEB_PORT: cannot listen .*in use"),
    ):
        await web(resources)


async def test_open_streams_do_not_hold_the_end(resources: Resources, clinic: Clinic) -> None:
    serving = asyncio.create_task(web(resources))
    port = resources.settings.web_port
    await asyncio.to_thread(wait_until_listening, port, lambda: not serving.done())
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        await client.post("/api/session", json={"username": "ann", "password": PASSWORD})
        async with client.stream("GET", "/events") as stream:
            lines = stream.aiter_lines()
            assert await anext(lines) == "event: tasks"
            before = time.monotonic()
            resources.stop.set()
            assert "event: tasks" not in [line async for line in lines]
        await asyncio.wait_for(serving, 10)
    assert time.monotonic() - before < 2


async def test_a_burst_of_changes_is_one_event_on_every_stream(resources: Resources, clinic: Clinic) -> None:
    serving = asyncio.create_task(web(resources))
    port = resources.settings.web_port
    await asyncio.to_thread(wait_until_listening, port, lambda: not serving.done())
    patient_id = await clinic.add_patient()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        await client.post("/api/session", json={"username": "ann", "password": PASSWORD})
        connected = asyncio.Barrier(9)

        async def hear() -> int:
            events = 0
            async with client.stream("GET", "/events") as stream:
                async for line in stream.aiter_lines():
                    events += line == "event: tasks"
                    if line == "event: tasks" and events == 1:
                        await connected.wait()
            return events

        hearing = [asyncio.create_task(hear()) for _ in range(8)]
        await connected.wait()
        for _ in range(20):
            await clinic.add_task(patient_id)
        await asyncio.sleep(1)
        resources.stop.set()
        await asyncio.wait_for(serving, 10)
        counts = await asyncio.gather(*hearing)
    assert all(2 <= count <= 10 for count in counts), counts


async def test_a_stream_ends_when_its_session_does_and_others_go_on(
    resources: Resources, clinic: Clinic
) -> None:
    serving = asyncio.create_task(web(resources))
    port = resources.settings.web_port
    await asyncio.to_thread(wait_until_listening, port, lambda: not serving.done())
    patient_id = await clinic.add_patient()
    address = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=address) as here, httpx.AsyncClient(base_url=address) as there:
        for client in (here, there):
            await client.post("/api/session", json={"username": "ann", "password": PASSWORD})
        async with here.stream("GET", "/events") as ending, there.stream("GET", "/events") as staying:
            lines, others = ending.aiter_lines(), staying.aiter_lines()
            assert (await anext(lines), await anext(others)) == ("event: tasks", "event: tasks")
            await here.delete("/api/session")
            async with asyncio.timeout(10):
                assert "event: tasks" not in [line async for line in lines]
            await clinic.add_task(patient_id)
            async with asyncio.timeout(10):
                while await anext(others) != "event: tasks":
                    pass
    resources.stop.set()
    await asyncio.wait_for(serving, 10)
