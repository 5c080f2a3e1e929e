"""What is watched of the whole gateway, from the real database."""

from __future__ import annotations

from datetime import timedelta

from edge_agent.wire.messages import HubStatus
from gateway.database.pool import Pool
from gateway.hubs.registry import Registry
from gateway.hubs.status import keep_status
from gateway.ingest.batch import store_batch
from gateway.operations import gauges
from gateway.operations.gauges import Gauges
from tests.gateway.ward import EPOCH, HUB, NOON, Ward, glucose, message

LATER = NOON + timedelta(minutes=5)


async def read(ward: Ward) -> Gauges:
    found = await gauges.read(ward.conn, LATER)
    await ward.conn.commit()
    return found


async def say(ward: Ward, minute: int, **status: int) -> None:
    said = HubStatus.model_validate({"online": True, "epoch": EPOCH} | status)
    await keep_status(ward.conn, HUB, said, NOON + timedelta(minutes=minute), is_retained=False)
    await ward.conn.commit()


async def test_an_empty_gateway_lacks_nothing(ward: Ward) -> None:
    assert await read(ward) == Gauges(0, 0.0, 0.0, 0, 0.0, 0, 0, 0, 0, 0, 0.0, 0)


async def test_due_work_waits_from_the_moment_it_was_stored(ward: Ward, pool: Pool) -> None:
    await ward.assign(await ward.patient())  # at noon
    old = glucose(100.0, NOON - timedelta(days=30))
    await store_batch(pool, Registry(), [message(old)], NOON + timedelta(minutes=2))
    assert (await read(ward)).due == 2
    assert (await read(ward)).evaluation_lag_s == 300
    await ward.conn.execute("DELETE FROM due WHERE since < %s", [NOON - timedelta(days=100)])
    assert (await read(ward)).evaluation_lag_s == 180


async def test_positions_below_a_receipted_one_are_missing_until_they_are_held(
    ward: Ward, pool: Pool
) -> None:
    await store_batch(pool, Registry(), [message(glucose(100.0), first=3)], NOON)
    assert (await read(ward)).positions_missing == 2
    await say(ward, 0, assigned=9, receipted=7)
    assert (await read(ward)).positions_missing == 6
    readings = [glucose(100.0 + number, NOON + timedelta(minutes=number)) for number in range(1, 8)]
    await store_batch(pool, Registry(), [message(*readings, first=1)], NOON)
    assert (await read(ward)).positions_missing == 0


async def test_a_hub_that_says_that_readings_wait_is_watched_until_none_do(ward: Ward) -> None:
    await say(ward, 1, waiting=4)
    await say(ward, 2, waiting=1)
    await keep_status(ward.conn, HUB, HubStatus(online=False), NOON + timedelta(minutes=3), is_retained=False)
    assert await read(ward) == Gauges(0, 0.0, 240.0, 0, 0.0, 0, 0, 0, 0, 0, 0.0, 0)
    await say(ward, 4, waiting=0)
    assert await read(ward) == Gauges(0, 0.0, 0.0, 0, 0.0, 0, 0, 0, 1, 0, 0.0, 0)


async def test_what_nobody_dealt_with_in_quarantine_is_counted(ward: Ward, pool: Pool) -> None:
    await store_batch(pool, Registry(), [message(glucose(100.0), first=1, hub="stranger")], NOON)
    assert (await read(ward)).quarantined == 1
