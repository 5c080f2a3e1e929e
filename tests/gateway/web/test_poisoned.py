"""A database of an earlier version, with what nothing could read back: after the update all of it works."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from psycopg import AsyncConnection

from gateway.database.migrate import migrate
from gateway.evaluation.evaluate import evaluate_once
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.operations import gauges
from gateway.resources import Resources
from gateway.staff.passwords import hash_password
from tests.gateway.database.earlier import make_earlier, migrations_of
from tests.gateway.evaluation.sweep_once import sweep_once
from tests.gateway.ward import glucose, message
from tests.gateway.web.clinic import HUB, NOW, PASSWORD
from tests.gateway.web.whole_clinic import addresses
from tests.servers.databases import fresh_database

POISONED = Path(__file__).with_name("poisoned_51a7713.sql")
FIRST, LAST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
FEBRUARY = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture
async def database_url(database_server: tuple[str, str]) -> AsyncIterator[str]:
    """A database that version 51a7713 has made and people have filled, at this version."""
    async with fresh_database(*database_server) as url:
        await make_earlier(url, migrations_of("51a7713"), POISONED.read_bytes())
        async with await AsyncConnection.connect(url) as conn:
            await conn.execute("UPDATE staff SET password_hash = %s", [await hash_password(PASSWORD)])
        await migrate(url, NOW)
        yield url


@pytest.fixture
async def conn(database_url: str) -> AsyncIterator[AsyncConnection]:
    async with await AsyncConnection.connect(
        database_url, autocommit=True, options="-c timezone=UTC"
    ) as opened:
        yield opened


@pytest.fixture
async def adam(app: FastAPI, conn: AsyncConnection) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://console") as client:
        signed_in = await client.post("/api/session", json={"username": "adam", "password": PASSWORD})
        assert signed_in.status_code == 204
        yield client


async def rows(conn: AsyncConnection, query: str) -> list[tuple[object, ...]]:
    return await (await conn.execute(query.encode())).fetchall()


async def test_nothing_is_lost_and_all_of_it_can_be_read(conn: AsyncConnection) -> None:
    assert await rows(
        conn, "SELECT patient_id, lower(period), upper(period) FROM assignment ORDER BY assignment_id"
    ) == [(1, JANUARY, None), (2, JANUARY, None)]
    assert await rows(
        conn, "SELECT patient_id, lower(period), upper(period), why FROM assignment_change ORDER BY 1"
    ) == [
        (1, LAST, None, "a slip"),
        (2, LAST, None, "It was to begin after the year 2199: withdrawn with an update of Hearthbeat"),
    ]
    assert await rows(conn, "SELECT patient_id, begins_at, ends_at FROM pause ORDER BY pause_id") == [
        (1, FEBRUARY, None),
        (1, FIRST, FIRST + timedelta(days=1)),
        (1, LAST, None),
        (2, FIRST, None),
    ]
    assert await rows(conn, "SELECT until FROM personal_limit") == [(LAST,)]
    assert await rows(conn, "SELECT DISTINCT every_hours FROM schedule") == [(1.0,)]
    [(value, why), _] = await rows(conn, "SELECT value, why FROM personal_number ORDER BY patient_id")
    assert (value, why) == (
        None,
        "after the ward (it was 1e+308, and taken back with an update of Hearthbeat)",
    )
    [(ahead, behind)] = await rows(
        conn, "SELECT max(status_at) <= CURRENT_TIMESTAMP, count(*) FILTER (WHERE status_at IS NULL) FROM hub"
    )
    assert (ahead, behind) == (True, 1)
    assert (await gauges.read(conn, NOW)).positions_missing == 0


async def test_patients_are_judged_and_every_page_opens(
    conn: AsyncConnection, resources: Resources, app: FastAPI, adam: httpx.AsyncClient
) -> None:
    low = glucose(35.0, NOW - timedelta(minutes=5))
    [(_, receipt)] = await store_batch(resources.pool, Registry(), [message(low, hub=HUB, now=NOW)], NOW)
    assert len(receipt.stored) == 1
    await sweep_once(resources.pool, resources.rule_sets, NOW)
    while await evaluate_once(resources.pool, resources.rule_sets, NOW):
        """There may be more."""
    assert await rows(conn, "SELECT count(*) FROM due") == [(0,)]
    assert (1, low.measured_at) in await rows(conn, "SELECT patient_id, measured_at FROM evidence")
    known = {"patient_id": 1, "staff_id": 2, "care_team_id": 1, "task_id": 1, "limit_id": 1} | {
        "rule_id": "glucose-below-54",
        "vital": "blood_glucose",
        "quarantine_id": 1,
    }
    closed = []
    for address in addresses(app, known, patient_ids=(1, 2)):
        query = {"since": "2026-01-01T00:00:00Z"} if address.endswith("/visits") else {}
        answer = await adam.get(address, params=query)
        if answer.status_code not in {200, 404} or (
            "quarantine" not in address and answer.status_code == 404
        ):
            closed.append(f"{address}: {answer.status_code} {answer.text[:200]}")
    assert closed == []


async def test_a_pause_can_be_ended_and_a_bad_address_is_named(adam: httpx.AsyncClient) -> None:
    assert (await adam.delete("/api/patients/1/pauses/1")).status_code == 204
    assert "E-mail cannot be sent to this address" in (await adam.get("/setup/staff/2")).text
    assert "no e-mail can be sent to the address" in (await adam.get("/setup/staff")).text
