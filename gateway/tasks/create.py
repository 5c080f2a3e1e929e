"""Tasks that no rule raises: those that people write, those of operation, and closed ones taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from psycopg import AsyncConnection

from alerting.rules import Priority
from gateway.database import statements
from gateway.errors import Conflict
from gateway.notifications import open_pages
from gateway.patients import patients
from gateway.patients.patients import UnknownPatient
from gateway.staff import colleagues
from gateway.staff.sessions import Staff, UnknownStaff
from gateway.tasks import actions, clocks, tasks
from gateway.tasks.actions import Act, TaskNotOpen
from gateway.tasks.states import Origin, Status
from gateway.tasks.tasks import Task

_SQL = statements.load(__name__)


class TaskStillOpen(Conflict):
    """There is an open task about this already."""


@dataclass(frozen=True)
class NewTask:
    """A task to open.

    `condition` names what it is about: of a patient (or, without one, of the organisation) there is one open
    task about the same. Without it there may be several.
    """

    organisation_id: int
    origin: Origin
    title: str
    reason: str
    priority: Priority = Priority.ROUTINE
    steps: Sequence[str] = ()
    patient_id: int | None = None  # may be empty for operational tasks
    condition: str | None = None
    care_team_id: int | None = (
        None  # whose an operational task without a patient is; None: the organisation's
    )
    needs_review: bool = False  # another person confirms how it ends
    offered_to_id: int | None = None


@dataclass(frozen=True)
class OpenedTask:
    """A task about something: a new one, or the open one that there was."""

    task_id: int
    is_new: bool


async def open_task(
    conn: AsyncConnection, new: NewTask, now: datetime, by: Staff | None = None
) -> OpenedTask:
    """Open a task and begin its clocks, unless one about the same is open. Without `by`: the gateway does."""
    row = vars(new) | {
        "steps": list(new.steps),
        "status": Status.READY if new.offered_to_id is None else Status.REQUESTED,
        "staff_id": by.staff_id if by else None,
        "now": now,
    }
    while True:
        made = await (await conn.execute(_SQL["open"], row)).fetchone()
        if made is not None:
            await clocks.start(conn, made, now)
            await open_pages.notify(conn)
            return OpenedTask(made[0], is_new=True)
        known = await (await conn.execute(_SQL["find_open"], row)).fetchone()
        if known is not None:  # else it was closed in between
            return OpenedTask(known[0], is_new=False)


async def open_manual(conn: AsyncConnection, by: Staff, new: NewTask, now: datetime) -> Task:
    """Open a task for a patient whom `by` reaches, offered to somebody or to all.

    Raises UnknownPatient, and UnknownStaff where whom it is offered to does not work it.
    """
    if new.patient_id is None:
        raise UnknownPatient("A task that somebody writes is for a patient.")
    await patients.get_patient(conn, by, new.patient_id)
    if new.offered_to_id is not None:
        others = await colleagues.of_patient(conn, by, new.patient_id)
        if new.offered_to_id not in dict(others):
            raise UnknownStaff("There is no such colleague who works this patient's tasks.")
    opened = await open_task(conn, replace(new, organisation_id=by.organisation_id), now, by)
    task = await tasks.get(conn, by, opened.task_id, now)
    if new.offered_to_id is not None:
        await actions.notify_offered(conn, task, Act(task.task_id, by, task.version, now))
    return task


async def reopen(conn: AsyncConnection, act: Act) -> Task:
    """Take up a closed task again, as a new one that is linked to it.

    Raises UnknownTask, TaskNotOpen where it is open or was entered in error, and TaskStillOpen.
    """
    closed = await actions.locked(conn, act)
    if closed.status.is_open or closed.status is Status.ENTERED_IN_ERROR:
        raise TaskNotOpen("Only what was done, cancelled or failed is taken up again.")
    row = {"task_id": act.task_id, "staff_id": act.by.staff_id, "note": act.why, "now": act.now}
    made = await (await conn.execute(_SQL["reopen"], row)).fetchone()
    if made is None:
        raise TaskStillOpen("There is an open task about this already.")
    await clocks.start(conn, made, act.now)
    await open_pages.notify(conn)
    return await tasks.get(conn, act.by, made[0], act.now)
