"""Patients."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from gateway.patients import patients
from gateway.patients.patients import Patient
from gateway.web.guard.context import Conn, Now, RowId, Seen, Shared, Viewer
from gateway.web.guard.idempotency import Once
from gateway.web.parts.fields import Cursor, Id, Limit, Page, page, read_cursor
from gateway.web.patients import enrolment
from gateway.web.patients.entries import (
    Enroller,
    NewEnrolment,
    PatientEntry,
    PatientSearch,
)

router = APIRouter(prefix="/patients", tags=["patients"])


class PatientId(BaseModel):
    """The number of a new patient."""

    patient_id: int


@router.post("", status_code=201)
async def enrol(
    entry: NewEnrolment,
    web: Shared,
    conn: Conn,
    staff: Enroller,
    now: Now,
    *,
    once: Once,
    seen: Seen,
) -> PatientId:
    """Enrol a patient in programmes. Each names a rule set."""
    new = PatientEntry(**entry.model_dump(exclude={"schedule"}))

    async def create() -> PatientId:
        made = await enrolment.enrol(new, web, conn, staff, now, schedule=entry.schedule)
        return PatientId(patient_id=made)

    created = await once(PatientId, create)
    seen.add(created.patient_id)
    return created


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
