"""The task list."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, Field

from gateway.store import history, tasks, work
from gateway.store.history import Evidence
from gateway.store.tasks import Place, Task, Transition, Wanted
from gateway.store.work import Act
from gateway.tasks.outcomes import Outcome
from gateway.tasks.states import Action
from gateway.web.api.fields import Body, Cursor, Id, Limit, Note, Page, Text, page, read_cursor
from gateway.web.context import Conn, Now, RowId, Seen, Viewer, Worker

router = APIRouter(prefix="/tasks", tags=["tasks"])
Version = Annotated[int, Field(ge=1, description="the version that you saw")]


class Which(StrEnum):
    """Which tasks are listed."""

    OPEN = "open"
    ALL = "all"


class TaskDetails(BaseModel):
    """A task, the readings that it judged, and what happened to it."""

    task: Task
    evidence: list[Evidence]
    transitions: list[Transition]


class Claim(Body):
    """You take the task."""

    version: Version


class Completion(Body):
    """You end the task."""

    version: Version
    outcome: Annotated[
        str,
        AfterValidator(lambda code: Outcome.from_code(code).code),
        Field(json_schema_extra={"enum": [outcome.code for outcome in Outcome]}),
    ]
    note: Note = ""


@router.get("")
async def find(
    conn: Conn,
    staff: Viewer,
    seen: Seen,
    now: Now,
    *,
    status: Which = Which.OPEN,
    patient_id: Annotated[Id | None, Query()] = None,
    rule_id: Annotated[Text | None, Query()] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[Task]:
    """The tasks of your patients: by priority, then by when they were raised."""
    wanted = Wanted(
        open_only=status is Which.OPEN,
        patient_id=patient_id,
        rule_id=rule_id,
        now=now,
        after=read_cursor(cursor, Place),
        limit=limit,
    )
    found = await tasks.find(conn, staff, wanted)
    seen.update(task.patient_id for task in found if task.patient_id is not None)
    return page(found, limit, lambda task: task.place(now))


@router.get("/{task_id}")
async def get(task_id: RowId, conn: Conn, staff: Viewer) -> TaskDetails:
    """One task with its evidence."""
    return TaskDetails(
        task=await tasks.get(conn, staff, task_id),
        evidence=await history.evidence(conn, task_id),
        transitions=await tasks.transitions(conn, task_id),
    )


@router.post("/{task_id}/claim")
async def claim(task_id: RowId, body: Claim, conn: Conn, staff: Worker, now: Now) -> Task:
    """Take a task. One wins; the other is told who has it."""
    return await work.do(conn, Act(task_id, staff, body.version, now), Action.CLAIM)


@router.post("/{task_id}/complete")
async def complete(task_id: RowId, body: Completion, conn: Conn, staff: Worker, now: Now) -> Task:
    """End a task that is yours."""
    act = Act(task_id, staff, body.version, now, body.note)
    return await work.complete(conn, act, Outcome.from_code(body.outcome))
