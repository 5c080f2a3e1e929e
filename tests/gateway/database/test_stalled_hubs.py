"""A hub that is online while nothing of what waits there arrives: somebody takes it, or nobody does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from edge_agent.wire.messages import HubStatus
from gateway.database.pool import Pool
from gateway.hubs import hubs
from gateway.hubs.registry import Registry
from gateway.hubs.status import keep_status
from gateway.ingest.batch import store_batch
from gateway.operations import gauges
from gateway.operations.attention import Waiting
from gateway.web.operations.operations_panel import Operations, attention
from tests.gateway.evaluation.sweep_once import sweep_once
from tests.gateway.ward import EPOCH, HUB, NOON, Ward, glucose, message

MINUTE = timedelta(minutes=1)


async def say(ward: Ward, minute: int, *, online: bool = True, **status: int) -> None:
    said = HubStatus.model_validate({"online": online, "epoch": EPOCH} | status)
    await keep_status(ward.conn, HUB, said, NOON + minute * MINUTE, is_retained=False)
    await ward.conn.commit()


async def line(ward: Ward, minute: int) -> list[str]:
    """What the panel says of hubs; the number that is watched agrees with it."""
    now = NOON + minute * MINUTE
    presence = await hubs.presence(ward.conn, ward.nurse, now, limit=6)
    operations = Operations(Waiting(0, None), [], [], presence, None)
    stalled = (await gauges.read(ward.conn, now)).hubs_stalled
    await ward.conn.commit()
    said = [f"{each.name}: {each.state}" for each in attention(operations, now).hubs]
    assert stalled == sum("have not arrived" in each for each in said)
    return said


async def test_it_is_named_until_something_arrives(ward: Ward, pool: Pool) -> None:
    for minute in range(13):
        await say(ward, minute, assigned=2, receipted=0, waiting=2)
    assert await line(ward, 10) == []
    assert await line(ward, 12) == [f"{HUB}: online, but its readings have not arrived for 12 min"]
    await store_batch(pool, Registry(), [message(glucose(100.0), first=1)], NOON + 12 * MINUTE)
    assert await line(ward, 12) == []
    for minute in range(13, 24):
        await say(ward, minute, assigned=2, receipted=1, waiting=1)
    assert await line(ward, 23) == [f"{HUB}: online, but its readings have not arrived for 11 min"]
    late = glucose(101.0, NOON + MINUTE)
    await store_batch(pool, Registry(), [message(late, first=2)], NOON + 23 * MINUTE)
    assert await line(ward, 40) == [f"{HUB}: away, last heard 17 min ago"]


@pytest.mark.parametrize("is_said", [True, False])
async def test_one_that_comes_back_has_time_to_send(ward: Ward, pool: Pool, *, is_said: bool) -> None:
    """It went with a reading that had no receipt; whether the broker told so or was away itself."""
    await say(ward, 0, assigned=1, receipted=0, waiting=1)
    if is_said:
        await say(ward, 1, online=False)
    for minute in range(180, 191):
        await say(ward, minute, assigned=1, receipted=0, waiting=1)
        assert await line(ward, minute) == []
    await say(ward, 191, assigned=1, receipted=0, waiting=1)
    assert await line(ward, 191) == [f"{HUB}: online, but its readings have not arrived for 11 min"]


async def test_it_is_a_task_of_its_organisation(ward: Ward, pool: Pool) -> None:
    for minute in range(13):
        await say(ward, minute, assigned=2, receipted=0, waiting=2)
        await sweep_once(pool, {}, NOON + minute * MINUTE)
    found = await ward.conn.execute("SELECT raised_at, reason FROM task WHERE condition = 'receipts-stall'")
    [(raised_at, reason)] = await found.fetchall()
    assert raised_at == NOON + 10 * MINUTE
    assert "Since 2026-" in reason


async def test_readings_that_wait_for_the_hubs_own_clock_are_not_meant(ward: Ward) -> None:
    for minute in (0, 12):
        await say(ward, minute, assigned=0, receipted=0, waiting=3)
    assert await line(ward, 12) == []


async def test_a_hub_that_is_away_is_only_away(ward: Ward) -> None:
    await say(ward, 0, assigned=2, receipted=0, waiting=2)
    assert await line(ward, 20) == [f"{HUB}: away, last heard 20 min ago"]
    await say(ward, 21, online=False)
    assert await line(ward, 22) == [f"{HUB}: away, last heard 1 min ago"]
