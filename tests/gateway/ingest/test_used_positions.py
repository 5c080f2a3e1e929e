"""A position that comes with two readings was used by two hubs of one name."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from edge_agent.wire.messages import BatchHeader
from gateway.database.pool import Pool
from gateway.hubs.registry import Registry
from gateway.hubs.status import epoch_state
from gateway.ingest.batch import store_batch
from gateway.ingest.message import Message, UnreadableMessage
from tests.gateway.ward import EPOCH, HUB, NOON, Ward, deliver, glucose, message

LATER = NOON + timedelta(hours=1)


async def store(pool: Pool, *messages: Message | UnreadableMessage) -> None:
    for each in messages:
        await store_batch(pool, Registry(), [each], LATER)


async def test_another_reading_at_a_position_that_is_held_is_seen(ward: Ward, pool: Pool) -> None:
    await store(pool, message(glucose(100.0), glucose(101.0, LATER), first=1))
    assert await epoch_state(ward.conn, HUB, EPOCH) == (False, 2)
    await store(pool, message(glucose(120.0, NOON + timedelta(minutes=7)), first=2))
    assert await epoch_state(ward.conn, HUB, EPOCH) == (True, 2)


async def test_what_is_sent_again_alone_or_among_new_ones_is_no_second_use(ward: Ward, pool: Pool) -> None:
    known, new = glucose(100.0), glucose(101.0, LATER)
    await store(pool, message(known, first=1), message(known, first=1), message(known, new, first=1))
    assert await epoch_state(ward.conn, HUB, EPOCH) == (False, 2)


async def test_what_leaves_quarantine_is_no_second_use(ward: Ward, pool: Pool) -> None:
    rubbish = deliver(b"not json", BatchHeader(batch_id=uuid4(), epoch=EPOCH, first_position=1, count=2))
    await store(pool, rubbish, message(glucose(100.0), glucose(101.0, LATER), first=1))
    assert await epoch_state(ward.conn, HUB, EPOCH) == (False, 2)


async def test_of_an_epoch_that_is_not_known_nothing_is_held(ward: Ward) -> None:
    assert await epoch_state(ward.conn, HUB, EPOCH + 1) == (False, 0)
