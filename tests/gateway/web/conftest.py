"""The application beside a clinic, on a database of the test's own; and programs that are signed in to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from psycopg import AsyncConnection

from gateway.database.pool import Pool
from gateway.resources import Resources
from gateway.rules import load_shipped
from gateway.settings import BrokerSettings, Settings
from gateway.web.app import create_app
from gateway.web.live import Live
from gateway.web.role import web
from tests.gateway.web.clinic import NOW, PASSWORD, Clinic
from tests.servers.patience import patience
from tests.servers.ports import LOOPBACK, free_port, wait_until_listening

SignIn = Callable[[str], Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def clinic(database_url: str) -> AsyncIterator[Clinic]:
    async with await AsyncConnection.connect(database_url) as conn:
        yield await Clinic.open(conn)


@pytest.fixture
def resources(database_url: str, pool: Pool, tmp_path: Path) -> Resources:
    (tmp_path / "gateway-password").write_text("the gateway's own\n")
    broker = BrokerSettings(LOOPBACK, 1, "gateway", tmp_path / "gateway-password")
    settings = Settings(database_url, broker, tmp_path / "passwords", LOOPBACK, free_port())
    return Resources(settings, pool, load_shipped())


@pytest.fixture
def app(resources: Resources) -> FastAPI:
    return create_app(resources, Live(), clock=lambda: NOW)


@pytest.fixture
async def sign_in(app: FastAPI, clinic: Clinic) -> AsyncIterator[SignIn]:
    """A client for anybody of the clinic."""
    async with AsyncExitStack() as stack:

        async def client(username: str) -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            opened = httpx.AsyncClient(transport=transport, base_url="http://console")
            await stack.enter_async_context(opened)
            answer = await opened.post("/api/session", json={"username": username, "password": PASSWORD})
            assert answer.status_code == 204
            return opened

        yield client


@pytest.fixture
async def console(resources: Resources, clinic: Clinic) -> AsyncIterator[str]:
    """The role itself, serving; its address."""
    serving = asyncio.create_task(web(resources))
    port = resources.settings.web_port
    await asyncio.to_thread(wait_until_listening, port, lambda: not serving.done())
    yield f"http://{LOOPBACK}:{port}"
    resources.stop.set()
    async with patience("the role ends"):
        await serving
