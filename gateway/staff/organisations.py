"""Organisations, their care teams, and who belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.errors import UniqueViolation

from gateway.database import statements
from gateway.errors import Conflict, Unknown
from gateway.staff.permissions import Role

_SQL = statements.load(__name__)


class UnknownCareTeam(Unknown):
    """There is no such care team, or not for you."""


class CareTeamExists(Conflict):
    """The organisation has a care team of that name."""


class UsernameTaken(Conflict):
    """Somebody has that user name, here or in another organisation."""


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


async def _id(conn: AsyncConnection, statement: str, row: dict[str, object]) -> int:
    [(new_id,)] = await (await conn.execute(_SQL[statement], row)).fetchall()
    return int(new_id)
