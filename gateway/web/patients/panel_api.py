"""Many patients at a glance."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter
from pydantic import BaseModel

from gateway.patients import patients as people
from gateway.patients.patients import Patient
from gateway.readings import latest_values
from gateway.readings.latest_values import Latest
from gateway.web.guard.context import Conn, Seen, Viewer
from gateway.web.parts.fields import Cursor, Id, Limit, Page, page, read_cursor

router = APIRouter(prefix="/panel", tags=["patients"])


class PanelRow(BaseModel):
    """A patient, and the latest value of each vital by its code."""

    patient: Patient
    latest: Mapping[str, Latest]


@router.get("")
async def find(
    conn: Conn, staff: Viewer, seen: Seen, limit: Limit = 100, cursor: Cursor = None
) -> Page[PanelRow]:
    """The patients within your reach with their latest values."""
    patients = await people.find_patients(conn, staff, after=read_cursor(cursor, Id) or 0, limit=limit)
    seen.update(patient.patient_id for patient in patients)
    latest = await latest_values.latest(conn, [patient.patient_id for patient in patients])
    rows = [PanelRow(patient=each, latest=latest.get(each.patient_id, {})) for each in patients]
    return page(rows, limit, lambda row: row.patient.patient_id)
