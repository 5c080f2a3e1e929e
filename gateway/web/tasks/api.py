"""The task list, one task, and tasks that people write."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from gateway.readings import history
from gateway.readings.history import Evidence
from gateway.staff import colleagues
from gateway.tasks import advance, contact_store, tasks
from gateway.tasks import create as opening
from gateway.tasks import transitions as moves
from gateway.tasks.advance import Escalation
from gateway.tasks.contact_store import ContactAttempt
from gateway.tasks.contacts import Next, next_attempt
from gateway.tasks.create import NewTask
from gateway.tasks.states import Action, Origin
from gateway.tasks.tasks import OpenCounts, Task, TaskCursor, Transition, Wanted
from gateway.web.guard.context import Conn, Now, RowId, Seen, Viewer, Worker
from gateway.web.guard.idempotency import Once
from gateway.web.parts.fields import Page, page, read_cursor
from gateway.web.tasks.entries import Filter, Listing, TaskEntry, TaskSearch, Which

router = APIRouter(prefix="/tasks", tags=["tasks"])


class TaskDetails(BaseModel):
    """A task, the readings that it judged, what was done about it, and what you can do."""

    task: Task
    evidence: list[Evidence]
    transitions: list[Transition]
    attempts: list[ContactAttempt]
    next_attempt: Annotated[Next | None, Field(description="whom to try to reach next, by the protocol")]
    escalations: list[Escalation]
    actions: list[Action]


class Colleague(BaseModel):
    """Somebody else who may work a task."""

    staff_id: int
    name: str


@router.get("")
async def find(
    conn: Conn, staff: Viewer, seen: Seen, now: Now, listing: Annotated[Listing, Query()]
) -> Page[Task]:
    """Your tasks: by priority, in each overdue ones first, then by when they are due."""
    after = read_cursor(listing.cursor, TaskCursor)
    wanted = replace(_wanted(listing, now), after=after, limit=listing.limit)
    found = await tasks.find(conn, staff, wanted)
    seen.update(task.patient_id for task in found if task.patient_id is not None)
    as_of = after.as_of if after else now
    return page(found, listing.limit, lambda task: task.place(as_of))


@router.get("/counts")
async def count(conn: Conn, staff: Viewer, now: Now, only: Annotated[Filter, Query()]) -> OpenCounts:
    """How many there are on all pages."""
    return await tasks.count(conn, staff, _wanted(only, now))


@router.post("/search")
async def search(wanted: TaskSearch, conn: Conn, staff: Viewer, seen: Seen, now: Now) -> Page[Task]:
    """The first tasks with a part of a name, of the patient's number or of a title."""
    found = await tasks.find(conn, staff, replace(_wanted(wanted, now), search=wanted.search))
    seen.update(task.patient_id for task in found if task.patient_id is not None)
    return Page(items=found, next=None)


@router.post("", status_code=201)
async def create(entry: TaskEntry, *, conn: Conn, staff: Worker, seen: Seen, once: Once, now: Now) -> Task:
    """Write a task."""
    seen.add(entry.patient_id)
    new = NewTask(staff.organisation_id, Origin.MANUAL, **dict(entry))
    return await once(Task, lambda: opening.open_manual(conn, staff, new, now))


@router.get("/{task_id}")
async def get(task_id: RowId, conn: Conn, staff: Viewer, now: Now) -> TaskDetails:
    """One task with its evidence."""
    task = await tasks.get(conn, staff, task_id, now)
    attempts = await contact_store.of_task(conn, task_id)
    return TaskDetails(
        task=task,
        evidence=await history.evidence(conn, task_id),
        transitions=await tasks.transitions(conn, task_id),
        attempts=attempts,
        next_attempt=next_attempt(task.priority, [each.attempt for each in attempts]),
        escalations=await advance.escalations(conn, task_id),
        actions=sorted(moves.possible(task.standing, staff.staff_id)),
    )


@router.get("/{task_id}/colleagues")
async def find_colleagues(task_id: RowId, conn: Conn, staff: Viewer) -> Page[Colleague]:
    """Whom you can offer the task to."""
    await tasks.get(conn, staff, task_id)
    found = await colleagues.of_task(conn, staff, task_id)
    return Page(items=[Colleague(staff_id=staff_id, name=name) for staff_id, name in found], next=None)


def _wanted(only: Filter, now: datetime) -> Wanted:
    fields = {name: getattr(only, name) for name in Filter.model_fields if name != "status"}
    return Wanted(open_only=only.status is Which.OPEN, now=now, **fields)
