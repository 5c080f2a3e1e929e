"""Whose a source is, from when to when; and the sources whose readings are nobody's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.errors import ExclusionViolation
from psycopg.rows import class_row

from edge_agent.wire.messages import Device
from gateway.database import statements
from gateway.errors import Conflict, Refused
from gateway.hubs import hubs
from gateway.hubs.registry import NO_SLOT, RegisteredHub, ensure_source
from gateway.patients import patients
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)


class AssignmentOverlaps(Conflict):
    """The source belongs to somebody in that time."""


class PeriodEndsFirst(Refused):
    """An assignment ends after it begins."""


@dataclass(frozen=True)
class NewAssignment:
    """What is entered. `until` is exclusive; None is until further notice."""

    hub: str
    device_identifier: str
    user: int | None  # the slot of the device, where it has several
    patient_id: int
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Assignment:
    """Whose a source is, and who said so."""

    assignment_id: int
    source_id: int
    device_identifier: str
    user: int | None
    patient_id: int
    since: datetime
    until: datetime | None
    assigned_by: str
    assigned_at: datetime


@dataclass(frozen=True)
class AssignmentChange:
    """What an assignment was before somebody changed or withdrew it, and why."""

    assignment_id: int
    source_id: int
    since: datetime
    until: datetime | None
    changed_by: str
    changed_at: datetime
    why: str


@dataclass(frozen=True)
class Source:
    """A user slot of a device, and what it measured while it was nobody's."""

    source_id: int
    device_identifier: str
    manufacturer: str | None
    model: str | None
    user: int | None
    unassigned_readings: int
    first_measured_at: datetime | None
    last_measured_at: datetime | None


async def assign(conn: AsyncConnection, by: Staff, new: NewAssignment, now: datetime) -> int:
    """Give a source to a patient; what it measured since then becomes due for judgement. The assignment's id.

    The device and its slot need not have been seen yet.
    Raises UnknownHub, UnknownPatient, AssignmentOverlaps and what `check_period` raises.
    """
    check_period(new.since, new.until)
    hub = RegisteredHub(await hubs.require(conn, by, new.hub), by.organisation_id)
    await patients.get_patient(conn, by, new.patient_id)
    source_id = await ensure_source(conn, hub, Device(identifier=new.device_identifier), new.user)
    row = {
        "organisation_id": by.organisation_id,
        "source_id": source_id,
        "patient_id": new.patient_id,
        "since": new.since,
        "until": new.until,
        "staff_id": by.staff_id,
        "now": now,
    }
    try:
        [(assignment_id,)] = await (await conn.execute(_SQL["assign"], row)).fetchall()
    except ExclusionViolation as error:
        raise AssignmentOverlaps("The source belongs to somebody in that time.") from error
    await conn.execute(_SQL["make_due"], row)
    return int(assignment_id)


def check_period(since: datetime, until: datetime | None) -> None:
    """Raises PeriodEndsFirst."""
    if until is not None and until <= since:
        raise PeriodEndsFirst("An assignment ends after it begins.")


async def of_patient(conn: AsyncConnection, patient_id: int) -> list[Assignment]:
    """The patient's assignments, the latest first."""
    async with conn.cursor(row_factory=class_row(Assignment)) as cursor:
        await cursor.execute(_SQL["of_patient"], {"patient_id": patient_id, "no_slot": NO_SLOT})
        return await cursor.fetchall()


async def changes_of_patient(conn: AsyncConnection, patient_id: int) -> list[AssignmentChange]:
    """What was the patient's by an assignment and was changed, the latest change first."""
    async with conn.cursor(row_factory=class_row(AssignmentChange)) as cursor:
        await cursor.execute(_SQL["changes_of_patient"], {"patient_id": patient_id})
        return await cursor.fetchall()


async def sources(
    conn: AsyncConnection, staff: Staff, *, unassigned: bool, after: int = 0, limit: int | None = None
) -> list[Source]:
    """The sources of the organisation by id; with `unassigned`, those with readings of nobody."""
    return await _sources(conn, staff, unassigned=unassigned, after=after, limit=limit)


async def nobodys(conn: AsyncConnection, staff: Staff, limit: int) -> list[Source]:
    """Sources that have measured since they were last anybody's: quickly found, however many there are."""
    row = {"organisation_id": staff.organisation_id, "limit": limit}
    found = await (await conn.execute(_SQL["nobodys"], row)).fetchall()
    return await _sources(conn, staff, unassigned=True, only=[source_id for (source_id,) in found])


async def _sources(
    conn: AsyncConnection,
    staff: Staff,
    *,
    unassigned: bool,
    after: int = 0,
    limit: int | None = None,
    only: Sequence[int] | None = None,
) -> list[Source]:
    row = {
        "organisation_id": staff.organisation_id,
        "unassigned": unassigned,
        "no_slot": NO_SLOT,
        "after": after,
        "limit": limit,
        "only": only,
    }
    async with conn.cursor(row_factory=class_row(Source)) as cursor:
        await cursor.execute(_SQL["sources"], row)
        return await cursor.fetchall()
