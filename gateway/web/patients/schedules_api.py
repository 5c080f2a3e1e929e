"""Which programmes a patient is in, what of them is not for the patient, when they measure and when not."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from alerting.rules import Requirement
from gateway.patients import enrolments, schedules
from gateway.patients.enrolments import Circumstance
from gateway.patients.schedules import (
    NewPause,
    Pause,
    Scheduled,
)
from gateway.staff import team_hours
from gateway.web.guard.context import Conn, Now, PatientInReach, RowId, Shared
from gateway.web.guard.idempotency import Once
from gateway.web.limits.entries import LimitSetter
from gateway.web.parts.fields import Text
from gateway.web.patients.enrolment import UnknownProgramme
from gateway.web.patients.entries import (
    Attacher,
    Attachment,
    PauseEntry,
    Planner,
    ScheduleEntry,
    VitalCode,
    Why,
)

router = APIRouter(prefix="/patients/{patient_id}", tags=["plans"])


class PauseId(BaseModel):
    """The number of a new pause."""

    pause_id: int


@router.put("/programmes/{programme}", status_code=204)
async def attach(
    programme: Text,
    entry: Attachment,
    *,
    web: Shared,
    conn: Conn,
    patient: PatientInReach,
    staff: Attacher,
    now: Now,
) -> None:
    """Judge the patient by a programme. One that is not for the patient needs a clinician's reason."""
    rule_set = web.resources.rule_sets.get(programme)
    if rule_set is None:
        raise UnknownProgramme(f"Known programmes are {', '.join(sorted(web.resources.rule_sets))}.")
    await enrolments.attach(conn, staff, patient, rule_set, reason=entry.reason, now=now)
    await team_hours.check_covered(conn, patient.patient_id, web.resources.urgent)


@router.delete("/programmes/{programme}", status_code=204)
async def detach(programme: Text, conn: Conn, patient: PatientInReach, staff: LimitSetter, now: Now) -> None:
    """Judge the patient by it no longer. A clinician's; what is open stays open."""
    await enrolments.detach(conn, staff, patient.patient_id, programme, now)


@router.get("/circumstances")
async def circumstances(conn: Conn, patient: PatientInReach) -> list[Circumstance]:
    """What rules suppose, and is not so of the patient."""
    return await enrolments.circumstances_of(conn, patient.patient_id)


@router.put("/circumstances/{requirement}", status_code=204)
async def mark(
    requirement: Requirement, entry: Why, *, conn: Conn, patient: PatientInReach, staff: LimitSetter, now: Now
) -> None:
    """Say that it is not so of the patient. A clinician's: rules that suppose it judge no longer."""
    await enrolments.mark(conn, staff, patient.patient_id, requirement, why=entry.why, now=now)


@router.delete("/circumstances/{requirement}", status_code=204)
async def unmark(
    requirement: Requirement, conn: Conn, patient: PatientInReach, staff: LimitSetter, now: Now
) -> None:
    """Say that it is so again."""
    await enrolments.unmark(conn, staff, patient.patient_id, requirement, now)


@router.get("/schedule")
async def schedule(conn: Conn, patient: PatientInReach) -> list[Scheduled]:
    """How often the patient measures what."""
    return await schedules.schedule(conn, patient.patient_id)


@router.put("/schedule/{programme}/{vital}", status_code=204)
async def set_schedule(
    programme: Text,
    vital: VitalCode,
    *,
    entry: ScheduleEntry,
    conn: Conn,
    patient: PatientInReach,
    staff: Planner,
    now: Now,
) -> None:
    """From now on a value is expected so often; rules of silence look at nothing else."""
    await schedules.set_schedule(
        conn,
        staff,
        patient.patient_id,
        programme=programme,
        vital=vital,
        every_hours=entry.every_hours,
        now=now,
    )


@router.get("/pauses")
async def pauses(conn: Conn, patient: PatientInReach) -> list[Pause]:
    """Holidays and stays in hospital, the latest first."""
    return await schedules.pauses_of(conn, patient.patient_id)


@router.post("/pauses", status_code=201)
async def pause(
    entry: PauseEntry, *, conn: Conn, patient: PatientInReach, staff: Planner, once: Once, now: Now
) -> PauseId:
    """Nobody expects the patient to measure for a while. What is measured is judged all the same."""

    async def create() -> PauseId:
        new = NewPause(**dict(entry))
        return PauseId(pause_id=await schedules.pause(conn, staff, patient.patient_id, new, now))

    return await once(PauseId, create)


@router.delete("/pauses/{pause_id}", status_code=204)
async def end_pause(pause_id: RowId, conn: Conn, patient: PatientInReach, staff: Planner, now: Now) -> None:
    """The patient is back: silences count from now on."""
    await schedules.end_pause(conn, staff, patient.patient_id, pause_id, now)
