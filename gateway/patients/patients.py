"""Organisations, care teams, staff and patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from psycopg import AsyncConnection
from psycopg.errors import UniqueViolation
from psycopg.rows import class_row

from gateway.database import statements
from gateway.errors import Conflict, Unknown
from gateway.staff.permissions import Role
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)


class UnknownPatient(Unknown):
    """There is no such patient, or not for you."""


class UnknownCareTeam(Unknown):
    """There is no such care team, or not for you."""


class CareTeamExists(Conflict):
    """The organisation has a care team of that name."""


class UsernameTaken(Conflict):
    """Somebody has that user name, here or in another organisation."""


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


async def add_organisation(conn: AsyncConnection, name: str) -> int | None:
    """Its id; None if there is one of that name."""
    row = await (await conn.execute(_SQL["add_organisation"], {"name": name})).fetchone()
    return row[0] if row else None


async def add_care_team(conn: AsyncConnection, organisation_id: int, name: str) -> int:
    """Its id. Raises CareTeamExists."""
    row = {"organisation_id": organisation_id, "name": name}
    try:
        return await _id(conn, "add_care_team", row)
    except UniqueViolation as error:
        raise CareTeamExists("The organisation has a care team of that name.") from error


async def add_staff(
    conn: AsyncConnection,
    organisation_id: int,
    *,
    username: str,
    name: str,
    role: Role,
    password_hash: str,
    care_team_ids: Sequence[int],
    now: datetime,
    email: str | None = None,
    password_expires_at: datetime | None = None,
) -> int:
    """Add somebody to an organisation and to some of its care teams; their id. Raises UsernameTaken.

    A password that expires is a one-time password: all that it opens is the choice of one's own.
    """
    row = {
        "organisation_id": organisation_id,
        "username": username,
        "name": name,
        "role": role,
        "email": email,
        "password_hash": password_hash,
        "password_expires_at": password_expires_at,
        "now": now,
    }
    try:
        staff_id = await _id(conn, "add_staff", row)
    except UniqueViolation as error:
        raise UsernameTaken("Somebody has that user name.") from error
    await join_care_teams(conn, staff_id, care_team_ids)
    return staff_id


async def join_care_teams(conn: AsyncConnection, staff_id: int, care_team_ids: Sequence[int]) -> None:
    """Make somebody a member of those of the care teams that are of the same organisation."""
    row = {"staff_id": staff_id, "care_team_ids": list(care_team_ids)}
    await conn.execute(_SQL["join_care_teams"], row)


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
