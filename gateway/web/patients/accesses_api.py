"""Who looked at a patient's data or changed it, and who was refused."""

from __future__ import annotations

from fastapi import APIRouter

from gateway.patients import patients
from gateway.staff import audit
from gateway.staff.audit import Access
from gateway.web.guard.context import Conn, RowId
from gateway.web.parts.fields import BigId, Cursor, Limit, Page, page, read_cursor
from gateway.web.patients.entries import Auditor

router = APIRouter(tags=["accesses"])


@router.get("/patients/{patient_id}/accesses")
async def of_patient(
    patient_id: RowId, conn: Conn, staff: Auditor, limit: Limit = 100, cursor: Cursor = None
) -> Page[Access]:
    """The latest first. An access to a list names all the patients on it."""
    patient = await patients.get_patient(conn, staff, patient_id)
    before = read_cursor(cursor, BigId)
    found = await audit.of_patient(conn, staff, patient.patient_id, before=before, limit=limit)
    return page(found, limit, lambda each: each.access_id)
