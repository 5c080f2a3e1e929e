"""Readings that turn out to be wrong."""

from __future__ import annotations

from fastapi import APIRouter

from gateway.evaluation import corrections
from gateway.evaluation.corrections import Correction
from gateway.web.guard.context import Conn, Now, PatientInReach, RowId
from gateway.web.patients.entries import Corrector, Retiming, Retraction

router = APIRouter(prefix="/patients/{patient_id}", tags=["patients"])


@router.get("/corrections")
async def of_patient(conn: Conn, patient: PatientInReach) -> list[Correction]:
    """What was corrected of the patient's readings, the latest first."""
    return await corrections.of_patient(conn, patient.patient_id)


@router.post("/readings/retract", status_code=204)
async def retract(body: Retraction, conn: Conn, patient: PatientInReach, staff: Corrector, now: Now) -> None:
    """The reading counts no longer; tasks that rest on it alone are void. It stays to be seen, struck out."""
    await corrections.retract(conn, staff, patient.patient_id, body.key, why=body.reason, now=now)


@router.post("/readings/confirm", status_code=204)
async def confirm(body: Retraction, conn: Conn, patient: PatientInReach, staff: Corrector, now: Now) -> None:
    """The reading is the patient's, although it was far from what the patient usually has: it counts."""
    await corrections.confirm(conn, staff, patient.patient_id, body.key, why=body.reason, now=now)


@router.post("/readings/retime", status_code=204)
async def retime(body: Retiming, conn: Conn, patient: PatientInReach, staff: Corrector, now: Now) -> None:
    """The reading counts for when it was taken; where it stood it is struck out."""
    await corrections.retime(
        conn, staff, patient.patient_id, body.key, body.taken_at, why=body.reason, now=now
    )


@router.post("/corrections/{reading_correction_id}/withdraw", status_code=204)
async def withdraw(
    reading_correction_id: RowId, conn: Conn, patient: PatientInReach, staff: Corrector, now: Now
) -> None:
    """The retracted reading was right after all."""
    await corrections.withdraw(conn, staff, patient.patient_id, reading_correction_id, now)
