"""Who looked at a patient's data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from gateway.patients import patients
from gateway.staff import audit
from gateway.staff.audit import DONE, Access
from gateway.web.guard.context import Conn, Now, RowId
from gateway.web.parts.fields import BigId, Cursor, page, read_cursor
from gateway.web.parts.page_frame import PageFrame
from gateway.web.parts.renderer import render
from gateway.web.parts.setup_views import Cell, SetupPage, TableBlock
from gateway.web.parts.words import counted, moment
from gateway.web.patients.entries import Auditor

router = APIRouter(include_in_schema=False, prefix="/setup/patients/{patient_id}/accesses")
ON_A_PAGE = 100
_DID: Mapping[str, str] = {"GET": "looked at", "DELETE": "took back"}
_SEARCHES = frozenset({"/", "/worklist", "/patients", "/api/patients/search", "/api/tasks/search"})
"""What is looked for is sent as a change would be, so that no address holds it."""
_PLACES: Mapping[str, str] = {
    "patients": "the patient's page",
    "charts": "the charts",
    "series": "the readings",
    "readings": "the readings",
    "adherence": "the days measured",
    "limits": "the limits",
    "numbers": "the patient's numbers",
    "tasks": "a task",
    "contacts": "attempts to reach the patient",
    "notes": "the notes",
    "devices": "the devices",
    "assignments": "whose devices are",
    "corrections": "corrections of readings",
    "person": "contact and risks",
    "profile": "contact and risks",
    "time": "the time spent",
    "visits": "the patient's page",
    "pauses": "the pauses",
    "schedule": "the schedule of measurements",
    "programmes": "the programmes",
    "circumstances": "what rules suppose of the patient",
    "accesses": "who looked",
    "panel": "the newest values",
    "quarantine": "what is in quarantine",
    "worklist": "the task list",
}
"""By the part of an address that says most: the last of those that stand here."""
_LISTS: Mapping[str, str] = {
    "/": "the task list",
    "/patients": "the list of patients",
    "/api/patients/search": "the list of patients",
}


@router.get("")
async def accesses_page(
    patient_id: RowId, *, conn: Conn, staff: Auditor, frame: PageFrame, now: Now, cursor: Cursor = None
) -> Response:
    """The latest first."""
    patient = await patients.get_patient(conn, staff, patient_id)
    before = read_cursor(cursor, BigId)
    found = await audit.of_patient(conn, staff, patient_id, before=before, limit=ON_A_PAGE)
    following = page(found, ON_A_PAGE, lambda each: each.access_id).next
    table = TableBlock(
        ["When", "Who", "What", "How it ended"],
        [_row(each, patient.time_zone, now) for each in found],
        empty="Nobody has looked at this patient's data.",
        following=f"/setup/patients/{patient_id}/accesses?cursor={following}" if following else "",
    )
    lead = (
        f"{patient.family_name}, {patient.given_name}, no. {patient.identifier}. "
        "Every page, every change and every refusal, by people and their programs."
    )
    back = (f"/patients/{patient_id}", "The patient")
    return render(SetupPage(frame("Who looked at this patient's data"), lead, [table], back))


def _row(each: Access, zone: str, now: datetime) -> list[Cell]:
    others = each.patients - 1
    beside = f", with {counted(others, 'other patient', 'other patients')}" if others else ""
    at = moment(each.at, zone, now)
    return [
        Cell(at.text, at.age),
        Cell(each.staff_name, each.username),
        Cell(f"{_did(each)} {_place(each.path)}", f"{each.path}{beside}"),
        Cell("done" if each.outcome == DONE else f"refused: {each.outcome.replace('-', ' ')}"),
    ]


def _did(each: Access) -> str:
    if "/visits/" in each.path:
        return "spent time at"
    return "looked at" if each.path in _SEARCHES else _DID.get(each.method, "changed")


def _place(path: str) -> str:
    """In words; a command is its own name."""
    known = [part for part in path.split("/") if part in _PLACES]
    return _LISTS.get(path) or (_PLACES[known[-1]] if known else path)
