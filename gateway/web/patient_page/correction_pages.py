"""Readings put right on the patient's page."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from gateway.evaluation import corrections
from gateway.web.guard.context import Conn, Now, PatientInReach, RowId
from gateway.web.parts.fields import LocalTime
from gateway.web.parts.form_redirects import lead_back
from gateway.web.patients.entries import Corrector, Retraction

router = APIRouter(include_in_schema=False, prefix="/patients/{patient_id}")
lead_back(router, "/readings/{action}", page="/patients/{patient_id}/readings")
lead_back(router, "/corrections/{number}/withdraw", page="/patients/{patient_id}/readings")


class RetimingForm(Retraction):
    """When it was taken, by the clock on the patient's wall."""

    taken_at: LocalTime


@router.post("/readings/retract")
async def retract(
    patient: PatientInReach, form: Annotated[Retraction, Form()], conn: Conn, staff: Corrector, now: Now
) -> Response:
    """Strike a reading out."""
    await corrections.retract(conn, staff, patient.patient_id, form.key, why=form.reason, now=now)
    return _back(patient.patient_id)


@router.post("/readings/confirm")
async def confirm(
    patient: PatientInReach, form: Annotated[Retraction, Form()], conn: Conn, staff: Corrector, now: Now
) -> Response:
    """Say that a reading is the patient's."""
    await corrections.confirm(conn, staff, patient.patient_id, form.key, why=form.reason, now=now)
    return _back(patient.patient_id)


@router.post("/readings/retime")
async def retime(
    patient: PatientInReach, form: Annotated[RetimingForm, Form()], conn: Conn, staff: Corrector, now: Now
) -> Response:
    """Move a reading to when it was taken."""
    taken_at = form.taken_at.replace(tzinfo=ZoneInfo(patient.time_zone))
    await corrections.retime(conn, staff, patient.patient_id, form.key, taken_at, why=form.reason, now=now)
    return _back(patient.patient_id)


@router.post("/corrections/{reading_correction_id}/withdraw")
async def withdraw(
    patient: PatientInReach, reading_correction_id: RowId, conn: Conn, staff: Corrector, now: Now
) -> Response:
    """Count a reading again."""
    await corrections.withdraw(conn, staff, patient.patient_id, reading_correction_id, now)
    return _back(patient.patient_id)


def _back(patient_id: int) -> Response:
    return RedirectResponse(f"/patients/{patient_id}/readings#record", status_code=303)
