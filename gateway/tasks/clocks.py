"""The two clocks of a task, by its priority and its team's calendar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from psycopg import AsyncConnection

from alerting.rules import Priority
from gateway.database import statements
from gateway.notifications import outbox
from gateway.notifications.outbox import Announcement, Kind
from gateway.staff import team_hours, team_people
from gateway.staff.calendar import ALWAYS
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
        calendar = await team_hours.calendar_of(conn, care_team_id) if terms.in_working_time else ALWAYS
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
            notified = recipients(Level.ROLE if owner_id is None else Level.OWNER, owner_id, people)
            news = Announcement(organisation_id, f"task:{task_id}:raised:{run}", Kind.TASK_RAISED, task_id)
            await outbox.notify(conn, news, notified, now)
