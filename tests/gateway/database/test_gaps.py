"""What of a hub's positions is here, from the real database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from edge_agent.wire.messages import HubStatus
from gateway.database.pool import Pool
from gateway.hubs import gaps
from gateway.hubs.gaps import Gaps
from gateway.hubs.hubs import UnknownHub
from gateway.hubs.registry import Registry
from gateway.hubs.status import keep_status
from gateway.ingest.batch import store_batch
from tests.gateway.ward import EPOCH, HUB, NOON, Ward, glucose, message


async def say(ward: Ward, epoch: int, assigned: int, receipted: int) -> None:
    said = HubStatus(online=True, epoch=epoch, assigned=assigned, receipted=receipted)
    await keep_status(ward.conn, HUB, said, NOON, is_retained=False)
    await ward.conn.commit()


async def hold(pool: Pool, first: int, last: int) -> None:
    readings = [glucose(100.0, NOON + timedelta(minutes=number)) for number in range(first, last + 1)]
    await store_batch(pool, Registry(), [message(*readings, first=first)], NOON + timedelta(hours=2))


async def test_what_is_missing_and_what_is_on_its_way(ward: Ward, pool: Pool) -> None:
    await hold(pool, 1, 3)
    await hold(pool, 6, 7)
    await say(ward, EPOCH, assigned=20, receipted=9)
    assert await gaps.of_hub(ward.conn, ward.nurse, HUB) == [
        Gaps(
            EPOCH,
            is_current=True,
            assigned_upto=20,
            held=[(1, 3), (6, 7)],
            missing=[(4, 5), (8, 9)],
            on_its_way=[(10, 20)],
            possibly_lost=[],
        )
    ]


async def test_the_open_tail_of_an_epoch_that_ended_may_be_lost(ward: Ward, pool: Pool) -> None:
    await say(ward, EPOCH, assigned=9, receipted=0)
    await hold(pool, 2, 5)
    await say(ward, EPOCH + 1, assigned=4, receipted=0)
    current, ended = await gaps.of_hub(ward.conn, ward.nurse, HUB)
    assert (ended.epoch, ended.is_current, ended.assigned_upto) == (EPOCH, False, 9)
    assert (ended.missing, ended.possibly_lost) == ([(1, 1)], [(6, 9)])
    assert (current.on_its_way, current.held) == ([(1, 4)], []), "nothing of it has arrived yet"


async def test_an_older_status_takes_nothing_back(ward: Ward) -> None:
    for assigned in (9, 4):
        await say(ward, EPOCH, assigned=assigned, receipted=0)
    [found] = await gaps.of_hub(ward.conn, ward.nurse, HUB)
    assert found.assigned_upto == 9


async def test_a_hub_of_nobody_has_no_gaps(ward: Ward) -> None:
    with pytest.raises(UnknownHub):
        await gaps.of_hub(ward.conn, ward.nurse, "elsewhere")
