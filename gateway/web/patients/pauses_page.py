"""Holidays and stays in hospital: while they last nobody misses a patient's readings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from gateway.patients import schedules
from gateway.patients.assignments import PeriodEndsFirst
from gateway.patients.patients import Patient
from gateway.patients.schedules import NewPause, Pause, PauseKind
from gateway.web.guard.context import Conn, Now, PatientInReach, RowId
from gateway.web.guard.idempotency import Once
from gateway.web.parts.fields import Body, Day, after_day
from gateway.web.parts.form_redirects import lead_back
from gateway.web.parts.forms import FormRefused, Typed, create, filled
from gateway.web.parts.page_frame import PageFrame
from gateway.web.parts.renderer import render
from gateway.web.parts.setup_views import Cell, Field, FieldKind, FormBlock, SetupPage, TableBlock
from gateway.web.parts.words import beginning, ending
from gateway.web.patients.entries import Planner

router = APIRouter(include_in_schema=False, prefix="/setup/patients/{patient_id}/pauses")
lead_back(router, "/{number}/end", page="/setup/patients/{patient_id}/pauses")
_LEAD = "Nobody expects a reading while it lasts. What is measured all the same is judged as always."


class PauseForm(Body):
    """As typed, in whole days where the patient lives."""

    kind: PauseKind
    first_day: Day
    last_day: Day | None = None


@router.get("")
async def pauses_page(
    patient: PatientInReach, conn: Conn, _: Planner, frame: PageFrame, now: Now
) -> Response:
    """What was entered, and the form for another."""
    found = await schedules.pauses_of(conn, patient.patient_id)
    return render(_page(frame, patient, found, _form(patient), now))


@router.post("")
async def pause(
    typed: Typed,
    *,
    patient: PatientInReach,
    conn: Conn,
    staff: Planner,
    frame: PageFrame,
    once: Once,
    now: Now,
) -> Response:
    """To the pauses, or the form again with what was wrong."""

    async def act(entry: PauseForm) -> str:
        begins_at = after_day(entry.first_day - timedelta(days=1), patient.time_zone)
        ends_at = None if entry.last_day is None else after_day(entry.last_day, patient.time_zone)
        new = NewPause(entry.kind, begins_at, ends_at)
        await schedules.pause(conn, staff, patient.patient_id, new, now)
        return _address(patient)

    try:
        return await create(once, PauseForm, typed, act, {PeriodEndsFirst: "last_day"})
    except FormRefused as refused:
        found = await schedules.pauses_of(conn, patient.patient_id)
        form = filled(_form(patient), typed, refused.faults)
        return render(_page(frame, patient, found, form, now), 422)


@router.post("/{pause_id}/end")
async def end(pause_id: RowId, *, patient: PatientInReach, conn: Conn, staff: Planner, now: Now) -> Response:
    """The patient is back."""
    await schedules.end_pause(conn, staff, patient.patient_id, pause_id, now)
    return RedirectResponse(_address(patient), status_code=303)


def _page(
    frame: PageFrame, patient: Patient, found: Sequence[Pause], form: FormBlock, now: datetime
) -> SetupPage:
    table = TableBlock(
        ["What", "From", "Until", "Entered by", ""],
        [_row(each, patient, now) for each in found],
        empty="There is none.",
        title="Pauses",
    )
    heading = f"Pauses of {patient.family_name}, {patient.given_name}"
    back = (f"/patients/{patient.patient_id}", "The patient")
    return SetupPage(frame("Pauses"), _LEAD, [table, form], back, heading)


def _row(each: Pause, patient: Patient, now: datetime) -> list[Cell]:
    zone = patient.time_zone
    is_over = each.ends_at is not None and each.ends_at <= now
    back = Cell("The patient is back", action=f"{_address(patient)}/{each.pause_id}/end")
    return [
        Cell(each.kind.capitalize()),
        Cell(beginning(each.begins_at, zone, now)),
        Cell("nobody knows yet" if each.ends_at is None else ending(each.ends_at, zone, now)),
        Cell(each.set_by),
        Cell("over") if is_over else back,
    ]


def _form(patient: Patient) -> FormBlock:
    return FormBlock(
        _address(patient),
        "Enter the pause",
        [
            Field("kind", "What", FieldKind.ONE, options=[(kind, kind.capitalize()) for kind in PauseKind]),
            Field("first_day", "First day", FieldKind.DATE),
            Field("last_day", "Last day", FieldKind.DATE, optional=True, hint="Empty: nobody knows yet."),
        ],
        title="Another pause",
    )


def _address(patient: Patient) -> str:
    return f"/setup/patients/{patient.patient_id}/pauses"
