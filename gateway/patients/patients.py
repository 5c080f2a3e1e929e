"""Patients, and who reaches them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from psycopg import AsyncConnection
from psycopg.errors import UniqueViolation
from psycopg.rows import class_row

from gateway.database import statements
from gateway.errors import Conflict, Unknown
from gateway.staff.organisations import UnknownCareTeam
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)


class UnknownPatient(Unknown):
    """There is no such patient, or not for you."""


class PatientExists(Conflict):
    """The organisation has a patient with that identifier."""


@dataclass(frozen=True)
class NewPatient:
    """What is entered of a patient. `identifier` is the organisation's own number."""

    identifier: str
    family_name: str
    given_name: str
    birth_date: date
    time_zone: str
    programmes: Sequence[str]
    care_team_id: int | None = None  # the first one the staff member reaches


@dataclass(frozen=True)
class Patient:
    """A patient as stored."""

    patient_id: int
    identifier: str
    family_name: str
    given_name: str
    birth_date: date
    time_zone: str
    care_team_id: int
    programmes: list[str]


async def add_patient(conn: AsyncConnection, by: Staff, patient: NewPatient) -> int:
    """Add a patient to a care team that `by` reaches; the id. Raises UnknownCareTeam and PatientExists."""
    found = await conn.execute(
        _SQL["find_care_team"],
        {
            "organisation_id": by.organisation_id,
            "staff_id": by.staff_id,
            "role": by.role,
            "care_team_id": patient.care_team_id,
        },
    )
    team = await found.fetchone()
    if team is None:
        raise UnknownCareTeam("There is no such care team, or not for you.")
    row = {
        "organisation_id": by.organisation_id,
        "care_team_id": team[0],
        "identifier": patient.identifier,
        "family_name": patient.family_name,
        "given_name": patient.given_name,
        "birth_date": patient.birth_date,
        "time_zone": patient.time_zone,
    }
    try:
        patient_id = await _id(conn, "add_patient", row)
    except UniqueViolation as error:
        raise PatientExists("The organisation has a patient with that identifier.") from error
    enrolled = {"patient_id": patient_id, "organisation_id": by.organisation_id}
    await conn.execute(_SQL["enrol"], {**enrolled, "programmes": list(patient.programmes)})
    await conn.execute(_SQL["add_patient_state"], enrolled)
    return patient_id


async def get_patient(conn: AsyncConnection, staff: Staff, patient_id: int) -> Patient:
    """Raises UnknownPatient, also where there is one out of reach."""
    found = await find_patients(conn, staff, patient_id=patient_id)
    if not found:
        raise UnknownPatient("There is no such patient, or not for you.")
    return found[0]


async def find_patients(
    conn: AsyncConnection,
    staff: Staff,
    *,
    patient_id: int | None = None,
    identifier: str | None = None,
    after: int = 0,
    limit: int = 1,
) -> list[Patient]:
    """The patients that `staff` reaches, by id, those after `after`."""
    row = {
        "staff_id": staff.staff_id,
        "patient_id": patient_id,
        "identifier": identifier,
        "after": after,
        "limit": limit,
    }
    async with conn.cursor(row_factory=class_row(Patient)) as cursor:
        await cursor.execute(_SQL["find_patients"], row)
        return await cursor.fetchall()


async def _id(conn: AsyncConnection, statement: str, row: dict[str, object]) -> int:
    [(new_id,)] = await (await conn.execute(_SQL[statement], row)).fetchall()
    return int(new_id)
