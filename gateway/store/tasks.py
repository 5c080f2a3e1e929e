"""The task list: find, claim, complete. `tasks.states` decides what may be done, under the row's lock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import class_row, dict_row

from alerting.rules import Priority
from gateway.store import statements
from gateway.store.sessions import Staff
from gateway.tasks import states
from gateway.tasks.outcomes import Outcome
from gateway.tasks.states import Change, Refusal, Standing, Status

_SQL = statements.load("tasks.sql")
TASKS_CHANNEL = "hearthbeat_tasks"
"""Notified in every transaction that changes a task."""


class UnknownTask(Exception):
    """There is no such task, or not for you."""


class TaskAlreadyTaken(Exception):
    """Somebody else has the task; says who."""


class StaleVersion(Exception):
    """The task has changed since you looked at it."""


class TaskNotOpen(Exception):
    """The task is closed."""


class TaskNotYours(Exception):
    """Only the owner can do this."""


class OutcomeRefused(Exception):
    """The outcome does not complete a task of this priority."""


class Place(NamedTuple):
    """Where a page of the list ended: the next one begins after it."""

    rank: int  # of the priority, the most pressing 0
    raised_at: datetime
    task_id: int


@dataclass(frozen=True)
class Task:
    """A task with what identifies its patient and its owner."""

    task_id: int
    patient_id: int
    identifier: str
    family_name: str
    given_name: str
    birth_date: date
    time_zone: str
    condition: str
    rule_id: str
    rule_version: str
    rule_source: str
    title: str
    reason: str
    steps: list[str]
    priority: Priority
    status: Status
    version: int
    measured_at: datetime
    raised_at: datetime
    owner_id: int | None
    owner_name: str | None
    previous_task_id: int | None

    @property
    def standing(self) -> Standing:
        return Standing(self.status, self.priority, self.version, self.owner_id)

    @property
    def place(self) -> Place:
        return Place(RANKED.index(self.priority), self.raised_at, self.task_id)


RANKED = tuple(reversed(Priority))
"""The order of the list: the most pressing first."""


@dataclass(frozen=True)
class OpenCounts:
    """How many tasks are open, and how many of them are one's own."""

    by_priority: Mapping[Priority, int]
    mine: int


@dataclass(frozen=True)
class Transition:
    """What happened to a task. Without a name it was the gateway itself."""

    at: datetime
    staff_name: str | None
    from_status: str | None
    to_status: str
    outcome: str | None
    note: str


@dataclass(frozen=True)
class Wanted:
    """Which tasks; None does not limit."""

    open_only: bool = True
    task_id: int | None = None
    patient_id: int | None = None
    rule_id: str | None = None
    after: Place | None = None
    limit: int = 100


async def find(conn: AsyncConnection, staff: Staff, wanted: Wanted) -> list[Task]:
    """The tasks of patients that `staff` reaches, by priority, then by when they were raised."""
    row = {
        "staff_id": staff.staff_id,
        "ranked": list(RANKED),
        "open_only": wanted.open_only,
        "task_id": wanted.task_id,
        "patient_id": wanted.patient_id,
        "rule_id": wanted.rule_id,
        "after_rank": wanted.after.rank if wanted.after else None,
        "after_raised_at": wanted.after.raised_at if wanted.after else None,
        "after_task_id": wanted.after.task_id if wanted.after else None,
        "limit": wanted.limit,
    }
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_SQL["find_tasks"], row)
        return [_task(each) for each in await cursor.fetchall()]


async def get(conn: AsyncConnection, staff: Staff, task_id: int) -> Task:
    """Raises UnknownTask, also where there is one out of reach."""
    found = await find(conn, staff, Wanted(open_only=False, task_id=task_id))
    if not found:
        raise UnknownTask("There is no such task, or not for you.")
    return found[0]


async def count_open(conn: AsyncConnection, staff: Staff) -> OpenCounts:
    """How many open tasks `staff` reaches."""
    found = await (await conn.execute(_SQL["count_open"], {"staff_id": staff.staff_id})).fetchall()
    by_priority = dict.fromkeys(RANKED, 0) | {Priority(priority): count for priority, count, _ in found}
    return OpenCounts(by_priority, mine=sum(mine for _, _, mine in found))


async def transitions(conn: AsyncConnection, task_id: int) -> list[Transition]:
    """What happened to a task, the first first."""
    async with conn.cursor(row_factory=class_row(Transition)) as cursor:
        await cursor.execute(_SQL["transitions"], {"task_id": task_id})
        return await cursor.fetchall()


async def claim(conn: AsyncConnection, task_id: int, by: Staff, version: int, now: datetime) -> Task:
    """Give the task to `by`.

    Raises UnknownTask, TaskAlreadyTaken (naming who has it), StaleVersion and TaskNotOpen.
    """
    task = await _locked(conn, by, task_id)
    return await _apply(conn, task, by, states.claim(task.standing, by.staff_id, version), now)


async def complete(
    conn: AsyncConnection,
    task_id: int,
    by: Staff,
    version: int,
    now: datetime,
    *,
    outcome: Outcome,
    note: str,
) -> Task:
    """End the task.

    Raises UnknownTask, TaskNotYours, TaskAlreadyTaken, StaleVersion, TaskNotOpen and OutcomeRefused.
    """
    task = await _locked(conn, by, task_id)
    decided = states.complete(task.standing, by.staff_id, version, outcome)
    return await _apply(conn, task, by, decided, now, outcome=outcome.code, note=note)


async def _locked(conn: AsyncConnection, by: Staff, task_id: int) -> Task:
    await conn.execute(_SQL["lock_task"], {"task_id": task_id})
    return await get(conn, by, task_id)


async def _apply(
    conn: AsyncConnection,
    task: Task,
    by: Staff,
    decided: Change | Refusal,
    now: datetime,
    *,
    outcome: str | None = None,
    note: str = "",
) -> Task:
    if isinstance(decided, Refusal):
        raise _error(decided, task)
    if decided.status == task.status:
        return task
    row = {
        "task_id": task.task_id,
        "from_status": task.status,
        "to_status": decided.status,
        "owner_id": decided.owner_id,
        "staff_id": by.staff_id,
        "now": now,
        "outcome": outcome,
        "note": note,
        "channel": TASKS_CHANNEL,
    }
    await conn.execute(_SQL["change_task"], row)
    await conn.execute(_SQL["record_transition"], row)
    await conn.execute(_SQL["notify"], row)
    return await get(conn, by, task.task_id)


def _error(refusal: Refusal, task: Task) -> Exception:
    if refusal is Refusal.TAKEN:
        return TaskAlreadyTaken(f"{task.owner_name} has this task.")
    return _ERRORS[refusal](refusal.value)


_ERRORS: Mapping[Refusal, type[Exception]] = {
    Refusal.CLOSED: TaskNotOpen,
    Refusal.NOT_NOW: TaskNotOpen,
    Refusal.NOT_YOURS: TaskNotYours,
    Refusal.STALE: StaleVersion,
    Refusal.OUTCOME_LEAVES_IT_OPEN: OutcomeRefused,
}


def _task(row: dict[str, Any]) -> Task:
    return Task(**{**row, "priority": Priority(row["priority"]), "status": Status(row["status"])})
