"""What time and readings do to tasks: claims lapse, snoozes end, clocks that ran out climb.

`tasks.escalation` decides what follows, under the task's lock; a task is looked at when `next_at` has come,
which every change sets back. A step is written with what it does: a crash repeats it and never doubles it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row, dict_row

from alerting.rules import Priority
from gateway import faults
from gateway.database import statements
from gateway.faults import ItemKind
from gateway.notifications import open_pages, outbox
from gateway.notifications.outbox import Announcement, Kind
from gateway.staff import team_hours, team_people
from gateway.staff.calendar import ALWAYS
from gateway.tasks import actions, clocks, transitions
from gateway.tasks.actions import Written
from gateway.tasks.escalation import (
    NOBODY_NOTIFIED,
    Event,
    Lapse,
    Notified,
    NotifyStep,
    Timing,
    Wake,
    next_event,
    recipients,
)
from gateway.tasks.states import Action, Origin, Standing, Status
from gateway.tasks.terms import TERMS, Level

_SQL = statements.load(__name__)
ROLE = "escalate"
LAPSED = "Nothing followed the claim: the task is nobody's again."
TIME_IS_UP = "It was put aside until now."


@dataclass(frozen=True)
class Escalation:
    """Who was to hear that a clock had run out, by name, and how many messages to them stand how."""

    clock: str
    step: int
    level: str
    at: datetime
    told: list[str]
    sent: int
    waiting: int
    retried: int  # failed so far
    failed: int  # given up


@dataclass(frozen=True)
class _Watched:
    """A task as time acts on it. `timing` is None while its clocks have not begun."""

    task_id: int
    organisation_id: int
    care_team_id: int | None
    clock_run: int
    standing: Standing
    timing: Timing | None


async def due(conn: AsyncConnection, now: datetime, *, limit: int) -> list[int]:
    """Up to `limit` tasks whose moment has come, without those that are set aside for now."""
    resting = list(map(int, await faults.resting(conn, ROLE, ItemKind.TASK, now)))
    found = await conn.execute(_SQL["due"], {"now": now, "resting": resting, "limit": limit})
    return [task_id for (task_id,) in await found.fetchall()]


async def advance(conn: AsyncConnection, task_ids: Sequence[int], now: datetime) -> None:
    """Do what time does to those of the tasks whose moment has come."""
    found = await conn.execute(_SQL["take_due"], {"task_ids": list(task_ids), "now": now})
    for (task_id,) in await found.fetchall():
        await _advance(conn, task_id, now)


async def wake(conn: AsyncConnection, task_id: int, now: datetime, why: str) -> bool:
    """Bring a task that was put aside back to its owner; whether it was."""
    await conn.execute(_SQL["lock"], {"task_id": task_id})
    watched = await _watched(conn, task_id)
    if watched.standing.status is not Status.ON_HOLD:
        return False
    await actions.put(
        conn,
        task_id,
        watched.standing,
        transitions.by_itself(Action.WAKE, watched.standing),
        Written(Action.WAKE, now, why=why),
    )
    if watched.standing.owner_id is not None:
        key = f"task:{task_id}:woken:{watched.standing.version}"
        news = Announcement(watched.organisation_id, key, Kind.TASK_WOKEN, task_id)
        await outbox.notify(conn, news, [watched.standing.owner_id], now)
    return True


async def release(
    conn: AsyncConnection, staff_id: int, now: datetime, why: str, *, within_reach: bool
) -> None:
    """Give back what somebody has who has left, and what they were offered. What is nobody's climbs anew.

    All of it, or without what they still reach.
    """
    row = {"staff_id": staff_id, "within_reach": within_reach}
    found = await (await conn.execute(_SQL["lock_of"], row)).fetchall()
    for (task_id,) in found:
        watched = await _watched(conn, task_id)
        decided = transitions.release(watched.standing, staff_id)
        await actions.put(conn, task_id, watched.standing, decided, Written(Action.RELEASE, now, why=why))
        if decided.owner_id is None and watched.timing is not None:
            await conn.execute(_SQL["begin_run"], {"task_id": task_id, "now": now})


async def notify_of_condition(conn: AsyncConnection, task_id: int, condition: str, now: datetime) -> None:
    """Tell whoever has the task, else its team, that it tells of another condition too: once of each."""
    watched = await _watched(conn, task_id)
    owner_id = watched.standing.owner_id
    people = await team_people.of(conn, watched.organisation_id, watched.care_team_id)
    notified = recipients(Level.ROLE if owner_id is None else Level.OWNER, owner_id, people)
    news = Announcement(watched.organisation_id, f"task:{task_id}:also:{condition}", Kind.TASK_WOKEN, task_id)
    await outbox.notify(conn, news, notified, now)


async def escalations(conn: AsyncConnection, task_id: int) -> list[Escalation]:
    """Who was to hear, the first first. Whether the task is within reach is asked before."""
    async with conn.cursor(row_factory=class_row(Escalation)) as cursor:
        await cursor.execute(_SQL["escalations"], {"task_id": task_id})
        return await cursor.fetchall()


async def _advance(conn: AsyncConnection, task_id: int, now: datetime) -> None:
    watched = await _watched(conn, task_id)
    while (event := await _event(conn, watched, now)) and event.at <= now:
        match event:
            case Lapse():
                decided = transitions.by_itself(Action.LAPSE, watched.standing)
                await actions.put(
                    conn, task_id, watched.standing, decided, Written(Action.LAPSE, now, why=LAPSED)
                )
                await conn.execute(_SQL["begin_run"], {"task_id": task_id, "now": now})
            case Wake():
                await wake(conn, task_id, now, TIME_IS_UP)
            case NotifyStep():
                await _notify(conn, watched, event, now)
        watched = await _watched(conn, task_id)
    await conn.execute(_SQL["wait_until"], {"task_id": task_id, "next_at": event.at if event else None})


async def _event(conn: AsyncConnection, watched: _Watched, now: datetime) -> Event | None:
    """What happens to a task next; its clocks have begun then. None: it is closed."""
    if not watched.standing.status.is_open:
        return None
    if watched.timing is None:  # from before there were clocks
        await clocks.start(conn, [watched.task_id], now)
        return await _event(conn, await _watched(conn, watched.task_id), now)
    by_calendar = TERMS[watched.standing.priority].in_working_time
    calendar = await team_hours.calendar_of(conn, watched.care_team_id) if by_calendar else ALWAYS
    return next_event(watched.timing, calendar)


async def _notify(conn: AsyncConnection, watched: _Watched, event: NotifyStep, now: datetime) -> None:
    people = await team_people.of(conn, watched.organisation_id, watched.care_team_id)
    notified = recipients(event.level, watched.standing.owner_id, people)
    row = {
        "task_id": watched.task_id,
        "organisation_id": watched.organisation_id,
        "clock_run": watched.clock_run,
        "clock": event.clock,
        "step": event.step,
        "level": event.level,
        "told": list(notified),
        "now": now,
    }
    await conn.execute(_SQL["tell"], row)
    if not event.again:  # the history says it once, `escalations` how often
        await conn.execute(_SQL["record"], row)
        await open_pages.notify(conn)
    key = f"task:{watched.task_id}:escalation:{watched.clock_run}:{event.clock}:{event.step}"
    news = Announcement(watched.organisation_id, key, Kind.TASK_ESCALATED, watched.task_id)
    await outbox.notify(conn, news, notified, now)


async def _watched(conn: AsyncConnection, task_id: int) -> _Watched:
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_SQL["timing"], {"task_id": task_id})
        [row] = await cursor.fetchall()
    standing = Standing(
        Status(row["status"]),
        Priority(row["priority"]),
        row["version"],
        row["owner_id"],
        Origin(row["origin"]),
        row["offered_to_id"],
        row["needs_review"],
        row["proposed_outcome"],
    )
    return _Watched(
        task_id,
        row["organisation_id"],
        row["care_team_id"],
        row["clock_run"],
        standing,
        None if row["clock_since"] is None else _timing(row, standing),
    )


def _timing(row: Mapping[str, Any], standing: Standing) -> Timing:
    return Timing(
        standing,
        row["acknowledge_by"],
        row["resolve_by"],
        row["clock_since"],
        row["acknowledged_at"],
        row["acted_at"],
        row["lapses_at"],
        row["snoozed_until"],
        NOBODY_NOTIFIED if row["step"] is None else Notified(row["step"], row["told_at"]),
    )
