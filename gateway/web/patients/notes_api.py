"""What staff write about a patient, and the time they spend."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from edge_agent.wire.instants import Instant
from gateway.patients import notes, visits
from gateway.patients.notes import WrittenNote
from gateway.patients.visits import Visit
from gateway.web.guard.context import Conn, Now, PatientInReach, Worker
from gateway.web.guard.idempotency import Once
from gateway.web.parts.fields import Limit
from gateway.web.patients.entries import Lasted, NoteEntry

router = APIRouter(prefix="/patients/{patient_id}", tags=["patients"])


@router.post("/notes", status_code=204)
async def write(
    entry: NoteEntry, *, conn: Conn, patient: PatientInReach, staff: Worker, once: Once, now: Now
) -> None:
    """Write a note. It stays as it is."""
    await once(type(None), lambda: notes.add(conn, staff, patient.patient_id, entry.note, now))


@router.get("/notes")
async def written(conn: Conn, patient: PatientInReach, limit: Limit = 100) -> list[WrittenNote]:
    """What was written about the patient and with any task of theirs, the newest first."""
    return await notes.of_patient(conn, patient.patient_id, limit)


@router.put("/visits/{visit_id}", status_code=204)
async def keep(
    visit_id: UUID, lasted: Lasted, *, conn: Conn, patient: PatientInReach, staff: Worker, now: Now
) -> None:
    """Time spent on a patient: a visit of your naming begins when it is first named, and is named again."""
    await visits.keep(conn, staff, patient.patient_id, visit_id, seconds=lasted.seconds, now=now)


@router.get("/visits")
async def spent(
    conn: Conn,
    patient: PatientInReach,
    since: Annotated[Instant, Query()],
    limit: Limit = 100,
) -> list[Visit]:
    """The visits that began since then, the latest first."""
    return await visits.of_patient(conn, patient.patient_id, since, limit)
