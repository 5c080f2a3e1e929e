"""A patient's own limits and numbers: who set them, why and until when."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator

from gateway.patients import limit_store, targets
from gateway.patients.limit_store import SetLimit
from gateway.patients.targets import NewNumber, PersonalNumber
from gateway.rules.tables.trends import PERSONAL
from gateway.web.guard.context import Conn, Now, PatientInReach, RowId, Shared
from gateway.web.guard.idempotency import Once
from gateway.web.limits import patient_limits
from gateway.web.limits.entries import LimitEntry, LimitSetter, NumberEntry
from gateway.web.limits.patient_limits import Limits

router = APIRouter(prefix="/patients/{patient_id}", tags=["limits"])


def _known(name: str) -> str:
    if name not in PERSONAL:
        raise ValueError(f"known are {', '.join(PERSONAL)}")
    return name


@router.get("/limits")
async def of_patient(web: Shared, conn: Conn, patient: PatientInReach, now: Now) -> Limits:
    """The limits of the patient's rules."""
    return await patient_limits.find(web, conn, patient, now)


@router.post("/limits", status_code=201)
async def set_limit(
    entry: LimitEntry,
    *,
    web: Shared,
    conn: Conn,
    patient: PatientInReach,
    staff: LimitSetter,
    once: Once,
    now: Now,
) -> SetLimit:
    """Set a limit. A clinician loosens; past the rule's hard floor a second one agrees, until a date."""
    return await once(
        SetLimit, lambda: patient_limits.set_limit(web, conn, patient, entry, by=staff, now=now)
    )


@router.post("/limits/{limit_id}/second", status_code=204)
async def second(limit_id: RowId, conn: Conn, patient: PatientInReach, staff: LimitSetter, now: Now) -> None:
    """Agree to a limit that another clinician has set: it holds from now on."""
    await limit_store.second(conn, staff, patient.patient_id, limit_id, now)


@router.delete("/limits/{limit_id}", status_code=204)
async def end(
    limit_id: RowId, *, web: Shared, conn: Conn, patient: PatientInReach, staff: LimitSetter, now: Now
) -> None:
    """Take a limit back: the rule's own holds again."""
    await patient_limits.end(web, conn, patient, limit_id, by=staff, now=now)


@router.get("/numbers")
async def numbers_of(conn: Conn, patient: PatientInReach) -> list[PersonalNumber]:
    """Every number that was set, the latest first: the first of a name holds."""
    return await targets.of_patient(conn, patient.patient_id)


@router.put("/numbers/{name}", status_code=204)
async def set_number(
    name: Annotated[str, AfterValidator(_known)],
    entry: NumberEntry,
    *,
    conn: Conn,
    patient: PatientInReach,
    staff: LimitSetter,
    now: Now,
) -> None:
    """Set a number of the patient's own, such as a dry weight. A clinician's."""
    new = NewNumber(name, entry.value, entry.why)
    await targets.enter(conn, staff, patient.patient_id, new, now=now)
