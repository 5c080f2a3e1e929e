"""Readings that turn out to be wrong."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field

from edge_agent.wire.instants import Instant
from gateway.evaluation import corrections
from gateway.evaluation.corrections import CorrectedReading, Correction
from gateway.staff.permissions import Permission
from gateway.staff.sessions import Staff
from gateway.web.guard.context import Conn, Now, PatientInReach, RowId, allowed
from gateway.web.parts.fields import Body, Id, Text

router = APIRouter(prefix="/patients/{patient_id}", tags=["patients"])
Corrector = Annotated[Staff, Depends(allowed(Permission.CORRECT_READINGS))]


class Retraction(Body):
    """A reading, by its key as `readings` says it, and why it is no measurement of the patient."""

    source_id: Id
    measured_at: Instant
    tie: Annotated[int, Field(ge=-(2**15), lt=2**15)]
    reason: Text

    @property
    def key(self) -> CorrectedReading:
        return CorrectedReading(self.source_id, self.measured_at, self.tie)


class Retiming(Retraction):
    """And when it was taken in truth."""

    taken_at: Instant


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
