"""The schedule of who was enrolled before enrolment took the programme's own: given once, and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from psycopg import AsyncConnection

from alerting.rules import RuleSet
from edge_agent.wire.vitals import Vital
from gateway.ages import span
from gateway.database import statements
from gateway.patients.programmes import schedule_of
from gateway.tasks import create
from gateway.tasks.create import NewTask
from gateway.tasks.states import Origin

_SQL = statements.load(__name__)
CHECK = "Set another schedule for those who measure at other times, and enter a pause for those who are away."


class _Given(NamedTuple):
    """What patients of a care team, by their numbers, are expected to measure from now on."""

    organisation_id: int
    care_team_id: int
    programme: str
    vital: str
    every_hours: float
    identifiers: Sequence[str]


async def give(conn: AsyncConnection, now: datetime, *, rule_sets: Mapping[str, RuleSet]) -> None:
    """Silence counts from now on; each care team has a task that lists its patients."""
    own = [
        (name, vital, hours) for name, each in rule_sets.items() for vital, hours in schedule_of(each).items()
    ]
    row = {
        "programmes": list(rule_sets),
        "own_programmes": [name for name, _, _ in own],
        "vitals": [vital for _, vital, _ in own],
        "hours": [hours for _, _, hours in own],
        "now": now,
    }
    given = map(_Given._make, await (await conn.execute(_SQL["give"], row)).fetchall())
    for _, of_team in groupby(given, key=lambda each: each.care_team_id):
        await create.open_task(conn, _task(list(of_team), rule_sets), now)


def _task(given: Sequence[_Given], rule_sets: Mapping[str, RuleSet]) -> NewTask:
    patients = len({identifier for each in given for identifier in each.identifiers})
    had = "1 patient had no schedule" if patients == 1 else f"{patients:,} patients had no schedule"
    return NewTask(
        given[0].organisation_id,
        Origin.OPERATIONAL,
        title="Schedules of measurements were added",
        reason=f"{had}, so nobody was told when they stopped measuring. Each now has the programme's own.",
        steps=(*(_line(each, rule_sets[each.programme].title) for each in given), CHECK),
        care_team_id=given[0].care_team_id,
    )


def _line(given: _Given, programme: str) -> str:
    what = Vital.from_code(given.vital).display
    every = span(timedelta(hours=given.every_hours))
    return f"{programme}, {what} every {every}: {', '.join(given.identifiers)}"
