"""The task list, and one task: what is to be done, by whom and until when. What people do is in `work`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from alerting.repeat import RepeatState
from alerting.rules import MOST_PRESSING_FIRST, Priority, RepeatUse
from gateway.database import statements
from gateway.errors import Unknown
from gateway.staff.sessions import Staff
from gateway.tasks.escalation_note import Deliveries, escalation_note
from gateway.tasks.states import Origin, Standing, Status
from gateway.tasks.terms import Clock, Level

_SQL = statements.load(__name__)
_FIND = b"\n".join(_SQL[part] for part in ("columns", "wanted", "page"))
_COUNT = b"\n".join(_SQL[part] for part in ("counts", "wanted", "by_kind"))


class UnknownTask(Unknown):
    """There is no such task, or not for you."""


class TaskCursor(NamedTuple):
    """Where a page of the list ended: the next one begins after it."""

    order: Literal["by-priority"]  # a place in a list of another order is none in this one
    rank: int  # of the priority, the most pressing 0
    is_overdue: bool
    due: datetime
    task_id: int
    as_of: datetime | None  # what is overdue at that time stands first in its priority


@dataclass(frozen=True)
class TaskPatient:
    """What identifies the patient of a task."""

    patient_id: int
    identifier: str
    family_name: str
    given_name: str
    birth_date: date
    time_zone: str


@dataclass(frozen=True)
class Task:
    """A task with its patient, its owner and its clocks. Without a patient it is one of operation.

    `due_at` is the clock in force: until somebody has the task the one to acknowledge it, then to resolve it.
    """

    task_id: int
    origin: Origin
    patient_id: int | None
    patient: TaskPatient | None
    care_team_id: int | None
    condition: str | None
    rule_id: str | None
    rule_version: str | None
    rule_source: str | None
    title: str
    reason: str
    steps: list[str]
    priority: Priority
    status: Status
    version: int
    measured_at: datetime | None
    raised_at: datetime
    owner_id: int | None
    owner_name: str | None
    offered_to_id: int | None
    offered_to_name: str | None
    needs_review: bool
    proposed_outcome: str | None
    snoozed_until: datetime | None
    acknowledge_by: datetime | None
    resolve_by: datetime | None
    acknowledged_at: datetime | None
    due_at: datetime | None
    is_overdue: bool
    previous_task_id: int | None
    repeat_use: RepeatUse | None  # of the second measurement that is asked for, and what became of it
    repeat_state: RepeatState | None
    repeat_until: datetime | None
    is_late: bool  # measured long before it arrived
    doubt: str | None  # why the readings may not be the patient's
    is_unsent: bool  # a clock ran out, and no message about the newest step could be sent to anybody

    @property
    def standing(self) -> Standing:
        return Standing(
            self.status,
            self.priority,
            self.version,
            self.owner_id,
            self.origin,
            self.offered_to_id,
            self.needs_review,
            self.proposed_outcome,
        )

    @property
    def time_zone(self) -> str:
        """Where the patient is."""
        return self.patient.time_zone if self.patient else "UTC"

    def place(self, as_of: datetime | None) -> TaskCursor:
        rank = MOST_PRESSING_FIRST.index(self.priority)
        return TaskCursor(
            "by-priority", rank, self.is_overdue, self.due_at or self.raised_at, self.task_id, as_of
        )


@dataclass(frozen=True)
class OpenCounts:
    """How many tasks are wanted; and of these one's own, overdue ones and those put aside."""

    by_priority: Mapping[Priority, int]
    mine: int
    overdue: int
    snoozed: int


@dataclass(frozen=True)
class Transition:
    """What happened to a task, and who did it. Without a name it was the gateway itself."""

    at: datetime
    staff_name: str | None
    from_status: str | None
    to_status: str
    action: str | None  # empty where the states say it
    outcome: str | None
    note: str
    other_name: str | None  # to whom it was offered
    until: datetime | None  # put aside


@dataclass(frozen=True)
class Wanted:
    """Which tasks; None does not limit. What is overdue at `now` stands first in its priority."""

    open_only: bool = True
    task_id: int | None = None
    patient_id: int | None = None
    rule_id: str | None = None
    mine: bool = False  # one's own, and what is offered to one
    care_team_id: int | None = None
    programme: str | None = None
    priority: Priority | None = None
    snoozed: bool | None = None
    search: str | None = None  # part of a name, of the patient's number or of the title
    now: datetime | None = None
    after: TaskCursor | None = None
    limit: int = 100


async def find(conn: AsyncConnection, staff: Staff, wanted: Wanted) -> list[Task]:
    """The tasks that `staff` reaches: by priority, in each overdue ones first, then by when they are due."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_FIND, _row(staff, wanted))
        return [_task(each) for each in await cursor.fetchall()]


async def get(conn: AsyncConnection, staff: Staff, task_id: int, now: datetime | None = None) -> Task:
    """Raises UnknownTask, also where there is one out of reach."""
    found = await find(conn, staff, Wanted(open_only=False, task_id=task_id, now=now))
    if not found:
        raise UnknownTask("There is no such task, or not for you.")
    return found[0]


async def count(conn: AsyncConnection, staff: Staff, wanted: Wanted) -> OpenCounts:
    """How many tasks `find` finds on all pages."""
    by_priority, mine, overdue, snoozed = dict.fromkeys(MOST_PRESSING_FIRST, 0), 0, 0, 0
    rows = await conn.execute(_COUNT, _row(staff, wanted))
    for priority, is_mine, is_overdue, is_snoozed, number in await rows.fetchall():
        by_priority[Priority(priority)] += number
        mine += number * is_mine
        overdue += number * is_overdue
        snoozed += number * is_snoozed
    return OpenCounts(by_priority, mine, overdue, snoozed)


async def transitions(conn: AsyncConnection, task_id: int) -> list[Transition]:
    """What happened to a task, the first first."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_SQL["transitions"], {"task_id": task_id})
        return [_transition(each) for each in await cursor.fetchall()]


def _row(staff: Staff, wanted: Wanted) -> Mapping[str, object]:
    after = wanted.after
    return vars(wanted) | {
        "staff_id": staff.staff_id,
        "ranked": list(MOST_PRESSING_FIRST),
        "now": after.as_of if after else wanted.now,
        "after_overdue": after.is_overdue if after else None,
        "after_rank": after.rank if after else None,
        "after_due": after.due if after else None,
        "after_task_id": after.task_id if after else None,
    }


def _transition(row: dict[str, Any]) -> Transition:
    clock, level, notified = (row.pop(name) for name in ("clock", "level", "told"))
    deliveries = Deliveries(*(row.pop(each.name) for each in fields(Deliveries)))
    if clock is not None and (deliveries.are_known or not notified):
        row["note"] = escalation_note(Clock(clock), Level(level), deliveries)
    return Transition(**row)


_OF_PATIENT: Sequence[str] = ("identifier", "family_name", "given_name", "birth_date", "time_zone")


def _task(row: dict[str, Any]) -> Task:
    patient_id = row["patient_id"]
    of_patient = {name: row.pop(name) for name in _OF_PATIENT}
    row |= {
        "origin": Origin(row["origin"]),
        "patient": None if patient_id is None else TaskPatient(patient_id, **of_patient),
        "priority": Priority(row["priority"]),
        "status": Status(row["status"]),
        "repeat_use": RepeatUse(row["repeat_use"]) if row["repeat_use"] else None,
        "repeat_state": RepeatState(row["repeat_state"]) if row["repeat_state"] else None,
    }
    return Task(**row)
