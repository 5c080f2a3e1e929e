"""The outbox itself: what is told is told once, and only if what it tells of is true."""

from __future__ import annotations

from gateway.store.notifications import Kind, News, notify
from tests.gateway.ward import NOON, Ward


async def test_the_same_is_told_once(ward: Ward) -> None:
    news = News(ward.nurse.organisation_id, "task:1:escalation:1", Kind.TASK_ESCALATED)
    for _ in range(2):
        await notify(ward.conn, news, [ward.nurse.staff_id], NOON)
    await ward.conn.commit()
    assert await ward.count("notification") == 2  # an e-mail and a webhook


async def test_what_is_rolled_back_is_not_told(ward: Ward) -> None:
    await notify(ward.conn, News(ward.nurse.organisation_id, "k", Kind.TASK_RAISED), [], NOON)
    await ward.conn.rollback()
    assert await ward.count("notification") == 0
