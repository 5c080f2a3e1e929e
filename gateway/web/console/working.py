"""One task, and what somebody does to it: in the list by a script of ours, else by plain forms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from gateway.store import history, tasks
from gateway.store.connection import Connection
from gateway.store.sessions import Staff
from gateway.store.tasks import (
    OutcomeRefused,
    StaleVersion,
    Task,
    TaskAlreadyTaken,
    TaskNotOpen,
    TaskNotYours,
)
from gateway.tasks.outcomes import Outcome
from gateway.web.answers import is_part
from gateway.web.api.fields import Body, Note
from gateway.web.api.tasks import Claim, Version
from gateway.web.console import building
from gateway.web.console.rendering import render
from gateway.web.console.views import Details, Frame, TaskPage, TaskRow
from gateway.web.context import Conn, Now, RowId, Shared, Viewer, Web, Worker
from gateway.web.errors import HTTP_STATUS

router = APIRouter(include_in_schema=False, prefix="/tasks/{task_id}")
REFUSED = (TaskAlreadyTaken, StaleVersion, TaskNotOpen, TaskNotYours, OutcomeRefused)
"""What is said in the row, beside the task as it is now."""


class CompletionForm(Body):
    """As typed: an outcome may not have been chosen yet."""

    version: Version
    outcome: str = ""
    note: Note = ""


@router.get("")
async def task_page(task_id: RowId, conn: Conn, staff: Viewer, now: Now) -> Response:
    """One task."""
    task = await tasks.get(conn, staff, task_id)
    return render(await _page(conn, task, staff, building.row(task, staff, now), now))


@router.get("/details")
async def details(task_id: RowId, conn: Conn, staff: Viewer, now: Now) -> Response:
    """Why there is a task, for its row."""
    return render(await _details(conn, await tasks.get(conn, staff, task_id), now))


@router.post("/claim")
async def claim(
    task_id: RowId, form: Annotated[Claim, Form()], *, request: Request, web: Shared, staff: Worker, now: Now
) -> Response:
    """The task is yours, or the row says whose it is."""

    async def act(conn: Connection) -> Task:
        return await tasks.claim(conn, task_id, staff, form.version, now)

    return await _answer(request, web, staff, task_id, act)


@router.post("/complete")
async def complete(
    task_id: RowId,
    form: Annotated[CompletionForm, Form()],
    *,
    request: Request,
    web: Shared,
    staff: Worker,
    now: Now,
) -> Response:
    """The task is done, or the row says why not and keeps the note."""

    async def act(conn: Connection) -> Task:
        try:
            outcome = Outcome.from_code(form.outcome)
        except ValueError as error:
            raise OutcomeRefused("Choose an outcome.") from error
        return await tasks.complete(conn, task_id, staff, form.version, now, outcome=outcome, note=form.note)

    return await _answer(request, web, staff, task_id, act, note=form.note)


async def _answer(
    request: Request,
    web: Web,
    staff: Staff,
    task_id: int,
    act: Callable[[Connection], Awaitable[Task]],
    *,
    note: str = "",
) -> Response:
    now, pool = web.clock(), web.resources.pool
    try:
        async with pool.connection() as conn:
            task = await act(conn)
    except REFUSED as refused:
        async with pool.connection() as conn:
            task = await tasks.get(conn, staff, task_id)
            row = building.row(task, staff, now, notice=str(refused), changed=True, note=note)
            shown = row if is_part(request) else await _page(conn, task, staff, row, now)
        return render(shown, HTTP_STATUS[type(refused)])
    if is_part(request):
        return render(building.row(task, staff, now, changed=True))
    return RedirectResponse(f"/#task-{task_id}", status_code=303)


async def _page(conn: Connection, task: Task, staff: Staff, row: TaskRow, now: datetime) -> TaskPage:
    return TaskPage(Frame(task.title, staff.name), row, await _details(conn, task, now))


async def _details(conn: Connection, task: Task, now: datetime) -> Details:
    evidence = await history.evidence(conn, task.task_id)
    return building.details(task, evidence, await tasks.transitions(conn, task.task_id), now)
