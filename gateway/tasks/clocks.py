"""The two clocks of a task, by its priority and its team's calendar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from psycopg import AsyncConnection

from alerting.rules import Priority
from gateway.database import statements
from gateway.notifications import outbox
from gateway.notifications.outbox import Kind, News
from gateway.staff import team_people
from gateway.staff.calendar import ALWAYS, Calendar, Opening
from gateway.tasks.escalation import deadline, recipients
from gateway.tasks.terms import TERMS, Level

_SQL = statements.load(__name__)


async def start(conn: AsyncConnection, task_ids: Sequence[int], now: datetime) -> None:
    """Begin the clocks of tasks that were opened, or anew of those that became more pressing.

    What cannot wait for working hours is told outside too: to the team, or to whoever has the task.
    """
    found = await (await conn.execute(_SQL["to_start"], {"task_ids": list(task_ids)})).fetchall()
    for task_id, priority, organisation_id, care_team_id in found:
        terms = TERMS[Priority(priority)]
        calendar = await calendar_of(conn, care_team_id) if terms.in_working_time else ALWAYS
        row = {
            "task_id": task_id,
            "acknowledge_by": deadline(terms, now, terms.acknowledge, calendar),
            "resolve_by": deadline(terms, now, terms.resolve, calendar),
            "lapses_at": now + terms.lapse,
            "now": now,
        }
        [(run, owner_id)] = await (await conn.execute(_SQL["start"], row)).fetchall()
        if not terms.in_working_time:
            people = await team_people.of(conn, organisation_id, care_team_id)
            told = recipients(Level.ROLE if owner_id is None else Level.OWNER, owner_id, people)
            news = News(organisation_id, f"task:{task_id}:raised:{run}", Kind.TASK_RAISED, task_id)
            await outbox.notify(conn, news, told, now)


async def calendar_of(conn: AsyncConnection, care_team_id: int | None) -> Calendar:
    """When a care team is there. Where nobody has said it, every hour counts."""
    known = {} if care_team_id is None else await calendars(conn, [care_team_id])
    return next(iter(known.values()), ALWAYS)


async def calendars(conn: AsyncConnection, care_team_ids: Sequence[int]) -> dict[int, Calendar]:
    """When those of the care teams are there of whom somebody has said it."""
    row = {"care_team_ids": list(care_team_ids)}
    found = await (await conn.execute(_SQL["calendars"], row)).fetchall()
    return {
        care_team_id: Calendar(ZoneInfo(time_zone), _by_weekday(hours), frozenset(holidays))
        for care_team_id, time_zone, hours, holidays in found
    }


def _by_weekday(hours: Sequence[Sequence[int]]) -> Mapping[int, Sequence[Opening]]:
    found: dict[int, list[Opening]] = defaultdict(list)
    for weekday, opens, closes in hours:
        found[weekday].append(Opening(opens, closes))
    return found
