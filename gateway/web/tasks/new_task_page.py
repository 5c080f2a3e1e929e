"""A task that somebody writes for a patient, offered to a colleague or to all of the team."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BeforeValidator
from starlette.responses import Response

from alerting.rules import MOST_PRESSING_FIRST, Priority
from gateway.database.connection import Connection
from gateway.patients.patients import Patient
from gateway.staff import colleagues
from gateway.staff.sessions import Staff, UnknownStaff
from gateway.tasks import create as opening
from gateway.tasks.create import NewTask
from gateway.tasks.states import Origin
from gateway.web.guard.context import Conn, Now, PatientInReach, Worker
from gateway.web.guard.idempotency import Once
from gateway.web.parts.fields import MOST_STEPS, Body, Id, Steps, Text
from gateway.web.parts.forms import FormRefused, Typed, as_it_is, create, filled
from gateway.web.parts.page_frame import PageFrame
from gateway.web.parts.renderer import render
from gateway.web.parts.setup_views import Field, FieldKind, FormBlock, SetupPage
from gateway.web.parts.words import priority_text

router = APIRouter(include_in_schema=False, prefix="/setup/patients/{patient_id}/tasks")
_LEAD = "For what no rule asks. Its clocks run as those of any task of its priority."


def _lines(typed: str) -> list[str]:
    return [line for line in typed.splitlines() if line.strip()]


class TaskForm(Body):
    """As typed; steps one in a line."""

    title: Text
    reason: Text
    priority: Priority
    steps: Annotated[Steps, BeforeValidator(_lines)] = ()
    offered_to_id: Id | None = None
    needs_review: list[Literal["yes"]]


@router.get("")
async def task_page(patient: PatientInReach, conn: Conn, by: Worker, frame: PageFrame) -> Response:
    """The form."""
    known = {"priority": [str(Priority.ROUTINE)]}
    return render(_page(frame, patient, as_it_is(await _form(conn, by, patient), known)))


@router.post("")
async def write(
    typed: Typed, *, patient: PatientInReach, conn: Conn, by: Worker, frame: PageFrame, once: Once, now: Now
) -> Response:
    """To the patient, whose page shows it; or the form again with what was wrong."""

    async def act(form: TaskForm) -> str:
        new = NewTask(
            by.organisation_id,
            Origin.MANUAL,
            form.title,
            form.reason,
            form.priority,
            form.steps,
            patient.patient_id,
            needs_review=bool(form.needs_review),
            offered_to_id=form.offered_to_id,
        )
        return f"/tasks/{(await opening.open_manual(conn, by, new, now)).task_id}"

    try:
        return await create(once, TaskForm, typed, act, {UnknownStaff: "offered_to_id"})
    except FormRefused as refused:
        form = filled(await _form(conn, by, patient), typed, refused.faults)
        return render(_page(frame, patient, form), 422)


def _page(frame: PageFrame, patient: Patient, form: FormBlock) -> SetupPage:
    heading = f"A task for {patient.family_name}, {patient.given_name}"
    back = (f"/patients/{patient.patient_id}", "The patient")
    return SetupPage(frame("New task"), _LEAD, [form], back, heading)


async def _form(conn: Connection, by: Staff, patient: Patient) -> FormBlock:
    others = await colleagues.of_patient(conn, by, patient.patient_id)
    return FormBlock(
        f"/setup/patients/{patient.patient_id}/tasks",
        "Open the task",
        [
            Field("title", "What is to be done"),
            Field("reason", "Why"),
            Field(
                "priority",
                "Priority",
                FieldKind.ONE,
                options=[(each, priority_text(each)) for each in MOST_PRESSING_FIRST],
            ),
            Field(
                "steps", "Steps", FieldKind.LONG, optional=True, hint=f"One in a line, at most {MOST_STEPS}."
            ),
            Field(
                "offered_to_id",
                "For",
                FieldKind.ONE,
                options=[(str(staff_id), name) for staff_id, name in others],
                blank="whoever of the team takes it",
                optional=True,
                hint="Until it is accepted it stays in the team's list.",
            ),
            Field(
                "needs_review",
                "When it is done",
                FieldKind.SOME,
                options=[("yes", "another person confirms how it ended")],
                optional=True,
            ),
        ],
    )
