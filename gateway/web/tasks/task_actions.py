"""What somebody does to a task by a form."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Path
from pydantic import BeforeValidator, Field

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
from gateway.web.parts.fields import Body, Id, Note
from gateway.web.tasks.entries import Step, Version

SHOWN_IN_PLACE = (
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


class TaskActionForm(Body):
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


def _by_form(name: str) -> Action:
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
FormAction = Annotated[Action, Path(), BeforeValidator(_by_form)]


async def apply(conn: Connection, act: Act, action: Action, form: TaskActionForm) -> int:
    """The task that it became. Raises what the store refuses."""
    match action:
        case Action.COMPLETE:
            change = actions.complete(conn, act, _outcome(form.outcome))
        case Action.SNOOZE:
            change = actions.snooze(conn, act, act.now + timedelta(minutes=form.minutes or 0))
        case Action.HAND_OFF:
            change = actions.hand_off(conn, act, form.to or 0)
        case Action.NOTE:
            change = actions.note(conn, act)
        case Action.CONTACT:
            reached = _was_reached(form.reached)
            change = contact_store.add(conn, act, whom=form.whom, channel=form.channel, reached=reached)
        case Action.REOPEN:
            change = create.reopen(conn, act)
        case _:
            change = actions.do(conn, act, action)
    return (await change).task_id


def _was_reached(answer: bool | None) -> bool:
    if answer is None:
        raise ReasonNeeded("Say whether they were reached.")
    return answer


def _outcome(code: str) -> Outcome:
    try:
        return Outcome.from_code(code)
    except ValueError as error:
        raise OutcomeRefused("Choose an outcome.") from error
