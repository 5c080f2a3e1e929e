"""What people do to a task. Who does not have it, or has not seen what it became, is told so."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends

from gateway.staff.permissions import Permission
from gateway.tasks import actions, contact_store, create
from gateway.tasks.actions import Act
from gateway.tasks.outcomes import Outcome
from gateway.tasks.states import Action
from gateway.tasks.tasks import Task
from gateway.web.guard.context import Conn, Now, RowId, Worker, allowed
from gateway.web.guard.idempotency import Once
from gateway.web.tasks.entries import (
    AsSeen,
    AttemptEntry,
    Completion,
    Offer,
    Remark,
    Snooze,
    Step,
    WithReason,
)

router = APIRouter(prefix="/tasks/{task_id}", tags=["tasks"])


async def _acting(task_id: RowId, staff: Worker, now: Now) -> Act:
    return Act(task_id, staff, 0, now)


Acting = Annotated[Act, Depends(_acting)]
"""Who acts on which task; how they saw it, and why they act, is in the body."""


@router.post("/hand-off")
async def hand_off(body: Offer, conn: Conn, acting: Acting) -> Task:
    """Offer your task to somebody. Until they accept it is yours, and its clocks run."""
    return await actions.hand_off(conn, body.of(acting), body.to_id)


@router.post("/snooze")
async def snooze(body: Snooze, conn: Conn, acting: Acting) -> Task:
    """Put your task aside. A new reading that alone would raise it wakes it before."""
    return await actions.snooze(conn, body.of(acting), body.until)


@router.post("/complete")
async def complete(body: Completion, conn: Conn, acting: Acting) -> Task:
    """End a task that is yours. Where another person has to agree, it waits for that."""
    return await actions.complete(conn, body.of(acting), Outcome.from_code(body.outcome))


@router.post("/notes", status_code=201)
async def note(body: Remark, conn: Conn, acting: Acting, once: Once) -> Task:
    """Add a word to an open task, whoever has it."""
    return await once(Task, lambda: actions.note(conn, replace(acting, why=body.note)))


@router.post("/contacts", status_code=201)
async def contact(body: AttemptEntry, conn: Conn, acting: Acting, once: Once) -> Task:
    """Keep an attempt to reach the patient, or those who can see to the patient."""
    act, whom, channel, reached = replace(acting, why=body.note), body.whom, body.channel, body.reached
    return await once(Task, lambda: contact_store.add(conn, act, whom=whom, channel=channel, reached=reached))


@router.post("/reopen", status_code=201)
async def reopen(body: WithReason, conn: Conn, acting: Acting, once: Once) -> Task:
    """Take up a closed task again, as a new one that is linked to it."""
    return await once(Task, lambda: create.reopen(conn, body.of(acting)))


@router.post("/void", dependencies=[Depends(allowed(Permission.VOID_TASKS))])
async def void(body: WithReason, conn: Conn, acting: Acting) -> Task:
    """The task never should have been there: it was entered in error."""
    return await actions.do(conn, body.of(acting), Action.VOID)


@router.post("/{step}")
async def take(step: Step, body: AsSeen, conn: Conn, acting: Acting) -> Task:
    """Claim: one wins, the other is told who has it. Whether you may: `actions` of the task says it."""
    return await actions.do(conn, body.of(acting), Action(step))
