"""The role: it says when it cannot listen, and ends when it is asked to, whatever is open."""

from __future__ import annotations

import asyncio
import socket
import time

import httpx
import pytest

from gateway.resources import Resources
from gateway.settings import SettingError
from gateway.web import server as serving_module
from gateway.web.live import TOGETHER_S
from gateway.web.role import web
from tests.gateway.web.clinic import PASSWORD, Clinic
from tests.servers.patience import PATIENCE_S, eventually, patience
from tests.servers.ports import wait_until_listening


async def ended(serving: asyncio.Task[None]) -> None:
    async with patience("the role ends"):
        await serving


async def test_a_port_in_use_is_said(resources: Resources) -> None:
    with (
        socket.create_server((resources.settings.web_host, resources.settings.web_port)),
        pytest.raises(SettingError, match=r"HEARTHBEAT_WEB_PORT: cannot listen .*in use"),
    ):
        await web(resources)


async def test_open_streams_do_not_hold_the_end(
    resources: Resources, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving_module, "GRACE_S", 10 * PATIENCE_S)  # it would be held for so long
    serving = asyncio.create_task(web(resources))
    port = resources.settings.web_port
    await asyncio.to_thread(wait_until_listening, port, lambda: not serving.done())
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S) as client:
        await client.post("/api/session", json={"username": "ann", "password": PASSWORD})
        async with client.stream("GET", "/events") as stream:
            lines = stream.aiter_lines()
            assert await anext(lines) == "event: tasks"
            resources.stop.set()
            assert "event: tasks" not in [line async for line in lines]
        await ended(serving)


async def test_a_burst_of_changes_is_one_event_on_every_stream(resources: Resources, clinic: Clinic) -> None:
    serving = asyncio.create_task(web(resources))
    port = resources.settings.web_port
    await asyncio.to_thread(wait_until_listening, port, lambda: not serving.done())
    patient_id = await clinic.add_patient()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE_S) as client:
        await client.post("/api/session", json={"username": "ann", "password": PASSWORD})
        events = [0] * 8

        async def hear(number: int) -> None:
            async with client.stream("GET", "/events") as stream:
                async for line in stream.aiter_lines():
                    events[number] += line == "event: tasks"

        hearing = [asyncio.create_task(hear(number)) for number in range(8)]
        await eventually(lambda: min(events) == 1)
        began = time.monotonic()
        for _ in range(20):
            await clinic.add_task(patient_id)
        await eventually(lambda: min(events) > 1)
        resources.stop.set()
        await ended(serving)
        await asyncio.gather(*hearing)
    assert max(events) <= 2 + (time.monotonic() - began) / TOGETHER_S


async def test_a_stream_ends_when_its_session_does_and_others_go_on(
    resources: Resources, clinic: Clinic
) -> None:
    serving = asyncio.create_task(web(resources))
    port = resources.settings.web_port
    await asyncio.to_thread(wait_until_listening, port, lambda: not serving.done())
    patient_id = await clinic.add_patient()
    address = f"http://127.0.0.1:{port}"
    async with (
        httpx.AsyncClient(base_url=address, timeout=PATIENCE_S) as here,
        httpx.AsyncClient(base_url=address, timeout=PATIENCE_S) as there,
    ):
        for client in (here, there):
            await client.post("/api/session", json={"username": "ann", "password": PASSWORD})
        async with here.stream("GET", "/events") as ending, there.stream("GET", "/events") as staying:
            lines, others = ending.aiter_lines(), staying.aiter_lines()
            assert (await anext(lines), await anext(others)) == ("event: tasks", "event: tasks")
            await here.delete("/api/session")
            async with patience("the stream ends"):
                assert "event: tasks" not in [line async for line in lines]
            await clinic.add_task(patient_id)
            async with patience("the other stream goes on"):
                while await anext(others) != "event: tasks":
                    pass
    resources.stop.set()
    await ended(serving)
