"""Sources, and whose they are."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, Field

from gateway.identity.permissions import Action
from gateway.store import assignments
from gateway.store.assignments import NewAssignment, Source
from gateway.store.sessions import Staff
from gateway.web.api.fields import Body, Cursor, Id, Limit, Page, Text, page, read_cursor
from gateway.web.context import Conn, Now, Overseer, allowed

router = APIRouter(tags=["sources"])


class AssignmentEntry(Body):
    """Give a user slot of a device (`user` null: it has none) to a patient; `until` is exclusive."""

    hub: Text
    device_identifier: Annotated[Text, Field(max_length=120)]
    user: Annotated[int, Field(ge=0, le=255)] | None
    patient_id: Id
    since: AwareDatetime
    until: AwareDatetime | None = None


class AssignmentId(BaseModel):
    """The number of a new assignment."""

    assignment_id: int


@router.post("/assignments", status_code=201)
async def assign(
    entry: AssignmentEntry,
    conn: Conn,
    staff: Annotated[Staff, Depends(allowed(Action.ASSIGN_SOURCES))],
    now: Now,
) -> AssignmentId:
    """What the source measured since then is the patient's, and will be judged."""
    new = NewAssignment(**dict(entry))
    return AssignmentId(assignment_id=await assignments.assign(conn, staff, new, now))


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
