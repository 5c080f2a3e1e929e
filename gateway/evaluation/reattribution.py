"""An assignment that was wrong: changed, with everything that was told because of it.

One transaction, under the locks of both patients: no evaluator judges half of it, and nobody sees a task that
rests on another person's readings. What the readings mean for whom they belong to now is judged after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.errors import ExclusionViolation

from gateway.database import statements
from gateway.errors import Unknown
from gateway.evaluation import retraction
from gateway.patients import patients
from gateway.patients.assignments import AssignmentOverlaps, check_period
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)


class UnknownAssignment(Unknown):
    """There is no such assignment, or not for you."""


@dataclass(frozen=True)
class Placement:
    """Whose a source is, and from when to when; `until` is exclusive, None until further notice."""

    patient_id: int
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Placed:
    """An assignment as it stands."""

    assignment_id: int
    source_id: int
    placement: Placement


async def get(conn: AsyncConnection, by: Staff, assignment_id: int) -> Placed:
    """Lock an assignment of a patient whom `by` reaches. Raises UnknownAssignment."""
    row = {"assignment_id": assignment_id, "organisation_id": by.organisation_id}
    found = await (await conn.execute(_SQL["lock_assignment"], row)).fetchone()
    if found is None:
        raise UnknownAssignment("There is no such assignment, or not for you.")
    found_id, source_id, *placement = found
    placed = Placed(found_id, source_id, Placement(*placement))
    try:
        await patients.get_patient(conn, by, placed.placement.patient_id)
    except patients.UnknownPatient as error:
        raise UnknownAssignment("There is no such assignment, or not for you.") from error
    return placed


async def change(
    conn: AsyncConnection, by: Staff, assignment_id: int, wanted: Placement | None, *, why: str, now: datetime
) -> None:
    """Place an assignment anew, or (None) withdraw it: its readings are nobody's then.

    Evidence whose readings the patient loses is set aside; tasks and episodes that rest on nothing else are
    entered in error. Both patients become due from the earliest time that is affected.
    Raises UnknownAssignment, UnknownPatient, AssignmentOverlaps and what `check_period` raises.
    """
    placed = await get(conn, by, assignment_id)
    if wanted == placed.placement:
        return
    if wanted is not None:
        check_period(wanted.since, wanted.until)
        await patients.get_patient(conn, by, wanted.patient_id)
    row: dict[str, Any] = {
        "assignment_id": assignment_id,
        "source_id": placed.source_id,
        "affected_from": affected_from(placed.placement, wanted),
        "staff_id": by.staff_id,
        "why": why,
        "note": f"Readings turned out not to be this patient's: {why}",
        "now": now,
    }
    patient_ids = {placed.placement.patient_id} | ({wanted.patient_id} if wanted else set())
    await retraction.lock_patients(conn, patient_ids)
    [(change_id,)] = await (await conn.execute(_SQL["record"], row)).fetchall()
    await _place(conn, row, wanted)
    await conn.execute(_SQL["make_due"], row)
    row |= {"change_id": change_id, "patient_id": placed.placement.patient_id}
    gone = await (await conn.execute(_SQL["set_evidence_aside"], row)).fetchall()
    await retraction.retract_findings(conn, gone, row)


def affected_from(before: Placement, after: Placement | None) -> datetime:
    """The earliest time whose reading may belong to somebody else, or to nobody, now."""
    if after is None or after.patient_id != before.patient_id:
        return min(before.since, after.since) if after else before.since
    if after.since != before.since:
        return min(before.since, after.since)
    return min(until for until in (before.until, after.until) if until is not None)


async def _place(conn: AsyncConnection, row: dict[str, Any], wanted: Placement | None) -> None:
    if wanted is None:
        await conn.execute(_SQL["withdraw"], row)
        return
    try:
        await conn.execute(_SQL["change"], row | vars(wanted))
    except ExclusionViolation as error:
        raise AssignmentOverlaps("The source belongs to somebody in that time.") from error
