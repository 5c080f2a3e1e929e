"""What of a patient's limits programs and people see and set alike."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from gateway.database.connection import Connection
from gateway.patients import enrolments, limit_store
from gateway.patients.limit_store import LimitInForce, NewLimit, PersonalLimit, SetLimit, UnknownLimit
from gateway.patients.limits import Settable, settable
from gateway.patients.patients import Patient
from gateway.staff.sessions import Staff
from gateway.web.guard.context import Web
from gateway.web.limits.entries import LimitEntry


class Limits(BaseModel):
    """What holds for the patient, and everything that was set."""

    in_force: list[LimitInForce]
    history: list[PersonalLimit]


async def find(web: Web, conn: Connection, patient: Patient, now: datetime) -> Limits:
    """The limits of the patient's rules."""
    known = await _settable(web, conn, patient)
    return Limits(
        in_force=await limit_store.standing(conn, patient.patient_id, known, now),
        history=await limit_store.of_patient(conn, patient.patient_id),
    )


async def set_limit(
    web: Web, conn: Connection, patient: Patient, entry: LimitEntry, *, by: Staff, now: datetime
) -> SetLimit:
    """What is asked for. Raises UnknownLimit, and what the store refuses."""
    known = {each.key: each for each in await _settable(web, conn, patient)}
    limit = known.get((entry.rule_id, entry.vital))
    if limit is None:
        raise UnknownLimit("The patient's rules have no such limit.")
    new = NewLimit(entry.value, entry.why, entry.until)
    return await limit_store.set_limit(conn, by, patient.patient_id, limit, new, now=now)


async def end(
    web: Web, conn: Connection, patient: Patient, limit_id: int, *, by: Staff, now: datetime
) -> None:
    """The rule's own limit holds again. Raises UnknownLimit, and what the store refuses."""
    known = {each.key: each for each in await _settable(web, conn, patient)}
    await limit_store.end(conn, by, patient.patient_id, limit_id, known, now=now)


async def _settable(web: Web, conn: Connection, patient: Patient) -> list[Settable]:
    resources = web.resources
    rules = await enrolments.rules_of(conn, patient.patient_id, resources.rule_sets)
    return [limit for rule in rules for limit in settable(rule, resources.critical_values)]
