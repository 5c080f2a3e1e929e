"""How the canary's reading fares, and when that is somebody's business."""

from __future__ import annotations

from datetime import timedelta

from gateway.canary import canary
from gateway.canary.canary import LOST_AFTER, Canary
from gateway.hubs import hubs
from tests.gateway.ward import HUB, NOON, Ward


async def test_where_none_was_ever_sent_nothing_is_lost(ward: Ward) -> None:
    assert await canary.get(ward.conn) is None
    assert await canary.lost_since(ward.conn, NOON) is None


async def test_one_that_never_comes_back_is_missed_from_its_beginning(ward: Ward) -> None:
    await canary.begin(ward.conn, "bird", "no password", NOON)
    assert await canary.lost_since(ward.conn, NOON + LOST_AFTER) is None
    assert await canary.lost_since(ward.conn, NOON + LOST_AFTER + timedelta(seconds=1)) == NOON


async def test_each_receipt_proves_the_way_open_also_to_who_begins_later(ward: Ward) -> None:
    await canary.begin(ward.conn, "bird", "no password", NOON)
    later = NOON + timedelta(hours=1)
    await canary.keep(ward.conn, 0.25, later)
    await canary.begin(ward.conn, "bird", "no password", later + timedelta(hours=1))
    assert await canary.get(ward.conn) == Canary(later, 0.25)


async def test_nobody_who_works_here_sees_its_hub(ward: Ward) -> None:
    await canary.begin(ward.conn, "bird", "no password", NOON)
    assert [hub.name for hub in await hubs.all_of(ward.conn, ward.nurse, after="", limit=9)] == [HUB]
