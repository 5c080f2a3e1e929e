"""What people do to a task, each under the row's lock. `tasks.moves` decides what may be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection

from gateway.database import statements
from gateway.errors import Conflict, Forbidden, Refused
from gateway.notifications import open_pages, outbox
from gateway.notifications.outbox import Announcement, Kind
from gateway.staff import colleagues
from gateway.staff.sessions import Staff, UnknownStaff
from gateway.tasks import tasks, transitions
from gateway.tasks.outcomes import Outcome
from gateway.tasks.states import WITH_REASON, Action, Refusal, Standing, Status, StatusChange
from gateway.tasks.tasks import Task
from gateway.tasks.terms import TERMS

_SQL = statements.load(__name__)


class TaskAlreadyTaken(Conflict):
    """Somebody else has the task; says who."""


class StaleVersion(Conflict):
    """The task has changed since you looked at it."""


class TaskNotOpen(Conflict):
    """The task's state does not allow this."""


class TaskNotYours(Forbidden):
    """It is for somebody else to do."""


class OutcomeRefused(Refused):
    """A task of this priority does not end like this."""


class ReasonNeeded(Refused):
    """Others want to know why."""


class SnoozeRefused(Refused):
    """The task cannot be put aside, or not for so long."""


@dataclass(frozen=True)
class Act:
    """Who acts on which task, as they saw it at `version`, when and why."""

    task_id: int
    by: Staff
    version: int
    now: datetime
    why: str = ""


async def do(conn: AsyncConnection, act: Act, action: Action) -> Task:
    """Take a step that needs nothing else to be said, such as a claim.

    This and what follows raise UnknownTask, StaleVersion, TaskNotOpen and, where it is somebody else's,
    TaskNotYours or TaskAlreadyTaken, naming who has it. Giving up what a rule found pressing: OutcomeRefused;
    some of it without a word: ReasonNeeded.
    """
    if action in WITH_REASON and not act.why:
        raise ReasonNeeded("Say why.")
    task = await locked(conn, act)
    decided = transitions.step(action, task.standing, act.by.staff_id, act.version)
    outcome = task.proposed_outcome if action is Action.CONFIRM else None
    return await _apply(conn, act, task, action, decided, outcome=outcome)


async def hand_off(conn: AsyncConnection, act: Act, to: int) -> Task:
    """Offer the task to somebody. Raises UnknownStaff where they do not reach it or do not work tasks."""
    task = await locked(conn, act)
    decided = transitions.hand_off(task.standing, act.by.staff_id, act.version, to)
    if isinstance(decided, StatusChange):
        await check_colleague(conn, act, to)
    changed = await _apply(conn, act, task, Action.HAND_OFF, decided)
    await notify_offered(conn, changed, act)
    return changed


async def snooze(conn: AsyncConnection, act: Act, until: datetime) -> Task:
    """Put the task aside. Raises SnoozeRefused."""
    task = await locked(conn, act)
    decided = transitions.snooze(task.standing, act.by.staff_id, act.version, until, act.now)
    return await _apply(conn, act, task, Action.SNOOZE, decided)


async def complete(conn: AsyncConnection, act: Act, outcome: Outcome) -> Task:
    """End the task, or ask another person to confirm that it ends so. Raises OutcomeRefused."""
    task = await locked(conn, act)
    decided = transitions.complete(task.standing, act.by.staff_id, act.version, outcome)
    return await _apply(conn, act, task, Action.COMPLETE, decided, outcome=outcome.code)


async def note(conn: AsyncConnection, act: Act, action: Action = Action.NOTE) -> Task:
    """Add a word, whoever has the task and whatever it became meanwhile; the owner's begins the work."""
    task = await locked(conn, act)
    return await _apply(conn, act, task, action, transitions.work(task.standing, act.by.staff_id))


async def locked(conn: AsyncConnection, act: Act) -> Task:
    """The task, which nobody else changes until the transaction ends. Raises UnknownTask."""
    await conn.execute(_SQL["lock"], {"task_id": act.task_id})
    return await tasks.get(conn, act.by, act.task_id, act.now)


async def check_colleague(conn: AsyncConnection, act: Act, to: int) -> None:
    """Raises UnknownStaff where `to` does not reach the task or does not work tasks."""
    if to not in dict(await colleagues.of_task(conn, act.by, act.task_id)):
        raise UnknownStaff("There is no such colleague who works this task.")


async def notify_offered(conn: AsyncConnection, task: Task, act: Act) -> None:
    """Tell whom a task is offered to."""
    if task.offered_to_id is not None:
        key = f"task:{task.task_id}:offered:{task.version}"
        news = Announcement(act.by.organisation_id, key, Kind.TASK_OFFERED, task.task_id)
        await outbox.notify(conn, news, [task.offered_to_id], act.now)


async def _apply(
    conn: AsyncConnection,
    act: Act,
    task: Task,
    action: Action,
    decided: StatusChange | Refusal,
    *,
    outcome: str | None = None,
) -> Task:
    if isinstance(decided, Refusal):
        raise _error(decided, task)
    if action is Action.CLAIM and decided == transitions.as_it_is(task.standing):
        return task
    change = Written(action, act.now, act.by.staff_id, outcome, act.why)
    await put(conn, task.task_id, task.standing, decided, change)
    return await tasks.get(conn, act.by, task.task_id, act.now)


@dataclass(frozen=True)
class Written:
    """What is written of a change: what was done, when, by whom (None: the gateway itself) and why."""

    action: Action
    now: datetime
    staff_id: int | None = None
    outcome: str | None = None
    why: str = ""


async def put(
    conn: AsyncConnection, task_id: int, before: Standing, after: StatusChange, written: Written
) -> None:
    """Change a locked task as it was decided, and keep who did it and why."""
    changes = after != transitions.as_it_is(before)
    row = vars(after) | {
        "task_id": task_id,
        "from_status": before.status,
        "staff_id": written.staff_id,
        "now": written.now,
        "lapses_at": written.now + TERMS[before.priority].lapse if after.status is Status.ACCEPTED else None,
        "is_open": after.status.is_open,
        "action": written.action,
        "outcome": written.outcome,
        "note": written.why,
        "other_id": after.offered_to_id if changes else None,
    }
    await conn.execute(_SQL["change" if changes else "answer"], row)
    await conn.execute(_SQL["record"], row)
    await open_pages.notify(conn)


def _error(refusal: Refusal, task: Task) -> Exception:
    if refusal is Refusal.TAKEN:
        return TaskAlreadyTaken(f"{task.owner_name} has this task.")
    return _ERRORS[refusal](refusal.value)


_ERRORS: Mapping[Refusal, type[Exception]] = {
    Refusal.CLOSED: TaskNotOpen,
    Refusal.NOT_NOW: TaskNotOpen,
    Refusal.NOT_YOURS: TaskNotYours,
    Refusal.NOT_OFFERED: TaskNotYours,
    Refusal.OWN_WORK: TaskNotYours,
    Refusal.STALE: StaleVersion,
    Refusal.OUTCOME_LEAVES_IT_OPEN: OutcomeRefused,
    Refusal.NEEDS_AN_OUTCOME: OutcomeRefused,
    Refusal.SNOOZE_TOO_LONG: SnoozeRefused,
    Refusal.SNOOZE_IN_THE_PAST: SnoozeRefused,
}
