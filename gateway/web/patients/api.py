"""Patients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from alerting.rules import ADULT_FROM_YEARS, is_adult
from gateway.ages import today
from gateway.database.connection import Connection
from gateway.patients import patients, schedules
from gateway.patients.patients import NewPatient, Patient
from gateway.patients.programmes import schedule_of
from gateway.staff import team_hours
from gateway.staff.permissions import Permission
from gateway.staff.sessions import Staff
from gateway.web.guard.context import Conn, Now, RowId, Seen, Shared, Viewer, Web, allowed
from gateway.web.guard.errors import NotBornYet, ProgrammeForAdults, UnknownProgramme
from gateway.web.guard.idempotency import Once
from gateway.web.parts.fields import Body, Cursor, Id, Limit, Page, Text, TimeZone, page, read_cursor
from gateway.web.patients.schedules_api import EveryHours, VitalCode

router = APIRouter(prefix="/patients", tags=["patients"])


class Measured(Body):
    """How often a patient measures a vital for a programme."""

    programme: Text
    vital: VitalCode
    every_hours: EveryHours


class PatientEntry(Body):
    """A patient to enrol. `identifier` is the organisation's own number."""

    identifier: Text
    family_name: Text
    given_name: Text
    birth_date: Annotated[date, Field(ge=date(1880, 1, 1))]
    time_zone: TimeZone
    programmes: Annotated[list[Text], Field(max_length=20)]
    care_team_id: Id | None = None


class NewEnrolment(PatientEntry):
    """`schedule`: in place of the programmes' own. With an empty one nobody is missed."""

    schedule: Annotated[list[Measured], Field(max_length=100)] | None = None


class PatientSearch(Body):
    """Whom to find. In a body and not in the address, which proxies write down."""

    identifier: Text


class PatientId(BaseModel):
    """The number of a new patient."""

    patient_id: int


@router.post("", status_code=201)
async def enrol(
    entry: NewEnrolment,
    web: Shared,
    conn: Conn,
    staff: Annotated[Staff, Depends(allowed(Permission.ENROL_PATIENTS))],
    now: Now,
    *,
    once: Once,
    seen: Seen,
) -> PatientId:
    """Enrol a patient in programmes. Each names a rule set."""
    new = PatientEntry(**entry.model_dump(exclude={"schedule"}))
    created = await once(PatientId, lambda: enrol_one(new, web, conn, staff, now, schedule=entry.schedule))
    seen.add(created.patient_id)
    return created


async def enrol_one(
    entry: PatientEntry,
    web: Web,
    conn: Connection,
    by: Staff,
    now: datetime,
    *,
    schedule: Sequence[Measured] | None = None,
) -> PatientId:
    """Whoever is to be; without a `schedule`, with the programmes' own.

    Raises NotBornYet, UnknownProgramme, ProgrammeForAdults, or what the store does.
    """
    day = today(now, entry.time_zone)
    if entry.birth_date > day:
        raise NotBornYet("The birth date lies in the future.")
    known = web.resources.rule_sets
    if not set(entry.programmes) <= known.keys():
        raise UnknownProgramme(f"Known programmes are {', '.join(sorted(known))}.")
    if not is_adult(entry.birth_date, day):
        adults = sorted(name for name in entry.programmes if known[name].is_for_adults)
        if adults:
            raise ProgrammeForAdults(f"From {ADULT_FROM_YEARS} years on only: {', '.join(adults)}.")
    patient_id = await patients.add_patient(conn, by, NewPatient(**dict(entry)))
    own = {name: schedule_of(known[name]) for name in entry.programmes}
    if schedule is None:
        await schedules.follow(conn, by, patient_id, own, now)
    else:
        await _expect(conn, by, patient_id, _instead(own, schedule), now)
    await team_hours.check_covered(conn, patient_id, web.resources.urgent)
    return PatientId(patient_id=patient_id)


def _instead(
    own: Mapping[str, Mapping[str, float]], entered: Sequence[Measured]
) -> Mapping[tuple[str, str], float | None]:
    """Hours by programme and vital: nothing is expected of what only the programme itself would."""
    nothing: dict[tuple[str, str], float | None] = {
        (name, vital): None for name, schedule in own.items() for vital in schedule
    }
    return nothing | {(each.programme, each.vital): each.every_hours for each in entered}


async def _expect(
    conn: Connection,
    by: Staff,
    patient_id: int,
    wanted: Mapping[tuple[str, str], float | None],
    now: datetime,
) -> None:
    for (name, vital), hours in wanted.items():
        await schedules.set_schedule(
            conn, by, patient_id, programme=name, vital=vital, every_hours=hours, now=now
        )


@router.get("")
async def find(
    conn: Conn, staff: Viewer, seen: Seen, limit: Limit = 100, cursor: Cursor = None
) -> Page[Patient]:
    """The patients within your reach."""
    found = await patients.find_patients(conn, staff, after=read_cursor(cursor, Id) or 0, limit=limit)
    seen.update(each.patient_id for each in found)
    return page(found, limit, lambda each: each.patient_id)


@router.post("/search")
async def search(wanted: PatientSearch, conn: Conn, staff: Viewer, seen: Seen) -> Page[Patient]:
    """The patient with this number, if within your reach."""
    found = await patients.find_patients(conn, staff, identifier=wanted.identifier)
    seen.update(each.patient_id for each in found)
    return Page(items=found, next=None)


@router.get("/{patient_id}")
async def get(patient_id: RowId, conn: Conn, staff: Viewer) -> Patient:
    """One patient."""
    return await patients.get_patient(conn, staff, patient_id)
