"""The outbox itself: what is told is told once, and only if what it tells of is true."""

from __future__ import annotations

from datetime import timedelta

from alerting.rules import Priority
from gateway.notifications.outbox import Announcement, Kind, get, notify, take
from gateway.tasks import create
from gateway.tasks.create import NewTask
from gateway.tasks.states import Origin
from tests.gateway.ward import NOON, Ward


async def test_the_same_is_told_once(ward: Ward) -> None:
    news = Announcement(ward.nurse.organisation_id, "task:1:escalation:1", Kind.TASK_ESCALATED)
    for _ in range(2):
        await notify(ward.conn, news, [ward.nurse.staff_id], NOON)
    await ward.conn.commit()
    assert await ward.count("notification") == 2  # an e-mail and a webhook


async def test_what_is_rolled_back_is_not_told(ward: Ward) -> None:
    await notify(ward.conn, Announcement(ward.nurse.organisation_id, "k", Kind.TASK_RAISED), [], NOON)
    await ward.conn.rollback()
    assert await ward.count("notification") == 0


async def test_of_what_waits_the_most_pressing_is_taken_first(ward: Ward) -> None:
    organisation_id = ward.nurse.organisation_id
    made = []
    for minutes, priority in enumerate((Priority.ROUTINE, Priority.URGENT, Priority.STAT, Priority.ASAP)):
        at = NOON + timedelta(minutes=minutes)
        new = NewTask(organisation_id, Origin.OPERATIONAL, "Call", "Because", priority)
        made.append((await create.open_task(ward.conn, new, at)).task_id)
        news = Announcement(organisation_id, f"task:{made[-1]}:raised", Kind.TASK_ESCALATED, made[-1])
        await notify(ward.conn, news, [], at)
    await ward.conn.commit()
    told: list[int | None] = []
    while taken := await take(ward.conn, NOON + timedelta(hours=1), limit=1):
        found = [await get(ward.conn, notification_id) for notification_id in taken]
        told += [each.task_id for each in found if each.kind is Kind.TASK_ESCALATED]
    assert told == [made[2], made[3], made[1], made[0]]
