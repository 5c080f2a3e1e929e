"""What somebody does to a task: by a script of ours, which swaps that part of a page, or by plain forms."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from pydantic import BeforeValidator, Field
from starlette.responses import RedirectResponse, Response

from gateway.database.connection import Connection
from gateway.staff.sessions import UnknownStaff
from gateway.tasks import actions, contact_store, create
from gateway.tasks.actions import (
    Act,
    OutcomeRefused,
    ReasonNeeded,
    SnoozeRefused,
    StaleVersion,
    TaskAlreadyTaken,
    TaskNotOpen,
    TaskNotYours,
)
from gateway.tasks.contacts import ContactChannel, Whom
from gateway.tasks.create import TaskStillOpen
from gateway.tasks.outcomes import Outcome
from gateway.tasks.states import Action
from gateway.web.guard.context import Conn, Now, RowId, Worker
from gateway.web.guard.errors import status_of
from gateway.web.guard.idempotency import Once
from gateway.web.parts.answers import is_part
from gateway.web.parts.fields import Body, Id, Note
from gateway.web.parts.renderer import render
from gateway.web.tasks.entries import Step, Version
from gateway.web.tasks.task_view import Said, Showing

router = APIRouter(include_in_schema=False)
REFUSED = (
    TaskAlreadyTaken,
    StaleVersion,
    TaskNotOpen,
    TaskNotYours,
    OutcomeRefused,
    ReasonNeeded,
    SnoozeRefused,
    TaskStillOpen,
    UnknownStaff,
)
"""What is said in the task's place on the page, beside the task as it is now."""
_EMPTY = BeforeValidator(lambda typed: typed or None)
_YEAR_MINUTES = 366 * 24 * 60


class Done(Body):
    """What the forms about a task send; each sends its part."""

    version: Version
    note: Note = ""
    outcome: str = ""
    to: Annotated[Id | None, _EMPTY] = None
    minutes: Annotated[int, Field(ge=1, le=_YEAR_MINUTES)] | None = None
    whom: Whom = Whom.PATIENT
    channel: ContactChannel = ContactChannel.PHONE
    reached: bool | None = None
    once: str = ""


def _doable(name: str) -> Action:
    """What a form can ask for. Raises ValueError."""
    if name not in _FORMS:
        raise ValueError("nothing that a form asks for")
    return Action(name)


_FORMS = {
    *Step,
    Action.COMPLETE,
    Action.SNOOZE,
    Action.HAND_OFF,
    Action.NOTE,
    Action.CONTACT,
    Action.REOPEN,
    Action.VOID,
}
Doable = Annotated[Action, Path(), BeforeValidator(_doable)]


@router.get("/tasks/{task_id}")
async def task_page(task_id: RowId, showing: Showing) -> Response:
    """One task: on the page of its patient, or alone."""
    return render(await showing.page(task_id))


@router.post("/tasks/{task_id}/{action}")
async def do(
    task_id: RowId,
    action: Doable,
    done: Annotated[Done, Form()],
    *,
    request: Request,
    conn: Conn,
    staff: Worker,
    once: Once,
    now: Now,
    showing: Showing,
) -> Response:
    """It is done, or the page says why not and keeps what was written."""
    act = Act(task_id, staff, done.version, now, done.note)
    try:
        async with conn.transaction():
            shown = await once(int, lambda: _apply(conn, act, action, done))
    except REFUSED as refused:
        said, status = Said(notice=str(refused), note=done.note), status_of(refused)
    else:
        said, status = Said(), 200
        if not is_part(request):
            return RedirectResponse(f"/tasks/{shown}", status_code=303)
    return render(await showing.part(task_id, request, said), status)


async def _apply(conn: Connection, act: Act, action: Action, done: Done) -> int:
    match action:
        case Action.COMPLETE:
            doing = actions.complete(conn, act, _outcome(done.outcome))
        case Action.SNOOZE:
            doing = actions.snooze(conn, act, act.now + timedelta(minutes=done.minutes or 0))
        case Action.HAND_OFF:
            doing = actions.hand_off(conn, act, done.to or 0)
        case Action.NOTE:
            doing = actions.note(conn, act)
        case Action.CONTACT:
            reached = _was_reached(done.reached)
            doing = contact_store.add(conn, act, whom=done.whom, channel=done.channel, reached=reached)
        case Action.REOPEN:
            doing = create.reopen(conn, act)
        case _:
            doing = actions.do(conn, act, action)
    return (await doing).task_id


def _was_reached(said: bool | None) -> bool:
    if said is None:
        raise ReasonNeeded("Say whether they were reached.")
    return said


def _outcome(code: str) -> Outcome:
    try:
        return Outcome.from_code(code)
    except ValueError as error:
        raise OutcomeRefused("Choose an outcome.") from error
