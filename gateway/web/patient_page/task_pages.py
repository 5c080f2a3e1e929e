"""A task on the page of its patient, and what somebody does to it there or in the list.

By a script of ours, which swaps that part of a page, or by plain forms.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from gateway.tasks.actions import Act
from gateway.web.guard.context import Conn, Now, RowId, Worker
from gateway.web.guard.errors import status_of
from gateway.web.guard.idempotency import Once
from gateway.web.parts.answers import is_part
from gateway.web.parts.form_redirects import lead_back
from gateway.web.parts.renderer import render
from gateway.web.patient_page.task_in_hand import PagesInHand
from gateway.web.tasks import task_actions
from gateway.web.tasks.task_actions import SHOWN_IN_PLACE, FormAction, TaskActionForm
from gateway.web.tasks.task_view import Reply

router = APIRouter(include_in_schema=False)
lead_back(router, "/tasks/{task_id}/{action}", page="/tasks/{task_id}")


@router.get("/tasks/{task_id}")
async def task_page(task_id: RowId, pages: PagesInHand) -> Response:
    """One task: on the page of its patient, or alone."""
    return render(await pages.of_task(task_id))


@router.post("/tasks/{task_id}/{action}")
async def do(
    task_id: RowId,
    action: FormAction,
    form: Annotated[TaskActionForm, Form()],
    *,
    request: Request,
    conn: Conn,
    staff: Worker,
    once: Once,
    now: Now,
    pages: PagesInHand,
) -> Response:
    """It is done, or the page says why not and keeps what was written."""
    act = Act(task_id, staff, form.version, now, form.note)
    try:
        async with conn.transaction():
            shown = await once(int, lambda: task_actions.apply(conn, act, action, form))
    except SHOWN_IN_PLACE as refused:
        reply, status = Reply(notice=str(refused), note=form.note), status_of(refused)
    else:
        reply, status = Reply(), 200
        if not is_part(request):
            return RedirectResponse(f"/tasks/{shown}", status_code=303)
    return render(await pages.part(task_id, request, reply), status)
