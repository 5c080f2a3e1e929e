"""A patient's own limits and numbers: who set them, why and until when."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel

from edge_agent.wire.instants import Instant
from gateway.database.connection import Connection
from gateway.patients import enrolments, limit_store, targets
from gateway.patients.limit_store import LimitInForce, NewLimit, PersonalLimit, SetLimit, UnknownLimit
from gateway.patients.limits import Settable, settable
from gateway.patients.patients import Patient
from gateway.patients.targets import NewNumber, PersonalNumber
from gateway.rules.tables.trends import PERSONAL
from gateway.staff.permissions import Permission
from gateway.staff.sessions import Staff
from gateway.web.guard.context import Conn, Now, PatientInReach, RowId, Shared, Web, allowed
from gateway.web.guard.idempotency import Once
from gateway.web.parts.fields import Body, Text, VitalValue

router = APIRouter(prefix="/patients/{patient_id}", tags=["limits"])
Setter = Annotated[Staff, Depends(allowed(Permission.SET_LIMITS))]


class LimitEntry(Body):
    """A limit of a rule for one patient, in the vital's own unit; `until` null: until further notice."""

    rule_id: Text
    vital: Text
    value: VitalValue
    why: Text
    until: Instant | None = None


class Limits(BaseModel):
    """What holds for the patient, and everything that was set."""

    in_force: list[LimitInForce]
    history: list[PersonalLimit]


class NumberEntry(Body):
    """A number of the patient's own; null takes it back."""

    value: VitalValue | None
    why: Text


def _known(name: str) -> str:
    if name not in PERSONAL:
        raise ValueError(f"known are {', '.join(PERSONAL)}")
    return name


@router.get("/limits")
async def of_patient(web: Shared, conn: Conn, patient: PatientInReach, now: Now) -> Limits:
    """The limits of the patient's rules."""
    known = await _settable(conn, web, patient.patient_id)
    return Limits(
        in_force=await limit_store.standing(conn, patient.patient_id, known, now),
        history=await limit_store.of_patient(conn, patient.patient_id),
    )


@router.post("/limits", status_code=201)
async def set_limit(
    entry: LimitEntry,
    *,
    web: Shared,
    conn: Conn,
    patient: PatientInReach,
    staff: Setter,
    once: Once,
    now: Now,
) -> SetLimit:
    """Set a limit. A clinician loosens; past the rule's hard floor a second one agrees, until a date."""
    return await once(SetLimit, lambda: set_one(entry, web, conn, patient, by=staff, now=now))


async def set_one(
    entry: LimitEntry, web: Web, conn: Connection, patient: Patient, *, by: Staff, now: datetime
) -> SetLimit:
    """What is asked for. Raises UnknownLimit, and what the store refuses."""
    limit = await _limit(conn, web, patient.patient_id, entry)
    new = NewLimit(entry.value, entry.why, entry.until)
    return await limit_store.set_limit(conn, by, patient.patient_id, limit, new, now=now)


@router.post("/limits/{limit_id}/second", status_code=204)
async def second(limit_id: RowId, conn: Conn, patient: PatientInReach, staff: Setter, now: Now) -> None:
    """Agree to a limit that another clinician has set: it holds from now on."""
    await limit_store.second(conn, staff, patient.patient_id, limit_id, now)


@router.delete("/limits/{limit_id}", status_code=204)
async def end(
    limit_id: RowId, *, web: Shared, conn: Conn, patient: PatientInReach, staff: Setter, now: Now
) -> None:
    """Take a limit back: the rule's own holds again."""
    known = {each.key: each for each in await _settable(conn, web, patient.patient_id)}
    await limit_store.end(conn, staff, patient.patient_id, limit_id, known, now=now)


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
    staff: Setter,
    now: Now,
) -> None:
    """Set a number of the patient's own, such as a dry weight. A clinician's."""
    new = NewNumber(name, entry.value, entry.why)
    await targets.enter(conn, staff, patient.patient_id, new, now=now)


async def _settable(conn: Connection, web: Web, patient_id: int) -> list[Settable]:
    resources = web.resources
    rules = await enrolments.rules_of(conn, patient_id, resources.rule_sets)
    return [limit for rule in rules for limit in settable(rule, resources.critical_values)]


async def _limit(conn: Connection, web: Web, patient_id: int, entry: LimitEntry) -> Settable:
    for limit in await _settable(conn, web, patient_id):
        if limit.key == (entry.rule_id, entry.vital):
            return limit
    raise UnknownLimit("The patient's rules have no such limit.")
