"""Sources, and whose they are."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from gateway.evaluation import reattribution
from gateway.evaluation.reattribution import Placement
from gateway.patients import assignments, patients
from gateway.patients.assignments import Assignment, AssignmentChange, NewAssignment, Source
from gateway.web.devices.entries import Assigner, AssignmentEntry, Change, Withdrawal
from gateway.web.guard.context import Conn, Now, Overseer, RowId, Seen, Viewer
from gateway.web.guard.idempotency import Once
from gateway.web.parts.fields import Cursor, Id, Limit, Page, page, read_cursor

router = APIRouter(tags=["sources"])


class Assignments(BaseModel):
    """A patient's assignments, and what they were before they were changed."""

    items: list[Assignment]
    changes: list[AssignmentChange]


class AssignmentId(BaseModel):
    """The number of a new assignment."""

    assignment_id: int


@router.post("/assignments", status_code=201)
async def assign(
    entry: AssignmentEntry,
    conn: Conn,
    staff: Assigner,
    now: Now,
    *,
    once: Once,
    seen: Seen,
) -> AssignmentId:
    """What the source measured since then is the patient's, and will be judged."""
    seen.add(entry.patient_id)

    async def create() -> AssignmentId:
        new = NewAssignment(**dict(entry))
        return AssignmentId(assignment_id=await assignments.assign(conn, staff, new, now))

    return await once(AssignmentId, create)


@router.get("/patients/{patient_id}/assignments")
async def of_patient(patient_id: RowId, conn: Conn, staff: Viewer) -> Assignments:
    """The sources that are the patient's, and what was changed about it."""
    patient = await patients.get_patient(conn, staff, patient_id)
    return Assignments(
        items=await assignments.of_patient(conn, patient.patient_id),
        changes=await assignments.changes_of_patient(conn, patient.patient_id),
    )


@router.patch("/assignments/{assignment_id}", status_code=204)
async def change(assignment_id: RowId, wanted: Change, conn: Conn, staff: Assigner, now: Now) -> None:
    """End an assignment, or put right a wrong one. What was told because of readings that leave is void."""
    before = (await reattribution.get(conn, staff, assignment_id)).placement
    placement = Placement(
        wanted.patient_id or before.patient_id,
        wanted.since or before.since,
        wanted.until if "until" in wanted.model_fields_set else before.until,
    )
    await reattribution.change(conn, staff, assignment_id, placement, why=wanted.reason, now=now)


@router.post("/assignments/{assignment_id}/withdraw", status_code=204)
async def withdraw(assignment_id: RowId, body: Withdrawal, conn: Conn, staff: Assigner, now: Now) -> None:
    """It was nobody's: its readings wait for another assignment."""
    await reattribution.change(conn, staff, assignment_id, None, why=body.reason, now=now)


@router.get("/sources")
async def sources(
    conn: Conn,
    staff: Overseer,
    *,
    unassigned: bool = False,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[Source]:
    """The sources; with `unassigned`, those with readings that are nobody's."""
    after = read_cursor(cursor, Id) or 0
    found = await assignments.sources(conn, staff, unassigned=unassigned, after=after, limit=limit)
    return page(found, limit, lambda source: source.source_id)
