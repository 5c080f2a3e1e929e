"""The people who work here: their accounts, their roles and their care teams, as administrators keep them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row, dict_row

from gateway.database import statements
from gateway.errors import Conflict
from gateway.staff import organisations, sessions
from gateway.staff.organisations import UnknownCareTeam
from gateway.staff.permissions import Role
from gateway.staff.sessions import Staff, UnknownStaff

_SQL = statements.load(__name__)


class NotYourself(Conflict):
    """Nobody closes their own account or changes their own role: one administrator always stays."""


@dataclass(frozen=True)
class Member:
    """Somebody's account. Until a one-time password is replaced it says when that one ends."""

    staff_id: int
    username: str
    name: str
    role: Role
    email: str | None
    care_team_ids: list[int]
    added_at: datetime
    deactivated_at: datetime | None
    password_expires_at: datetime | None


@dataclass(frozen=True)
class MemberDetails:
    """What an administrator says of somebody."""

    name: str
    role: Role
    email: str | None
    care_team_ids: Sequence[int]


@dataclass(frozen=True)
class CareTeam:
    """A care team, and for how many patients how many people work in it."""

    care_team_id: int
    name: str
    members: int
    patients: int


async def find(conn: AsyncConnection, by: Staff, *, after: int = 0, limit: int) -> list[Member]:
    """Everybody of the organisation by number, those after `after`, the deactivated included."""
    return await _find(conn, by, after=after, limit=limit)


async def get(conn: AsyncConnection, by: Staff, staff_id: int) -> Member:
    """Raises UnknownStaff."""
    found = await _find(conn, by, staff_id=staff_id)
    if not found:
        raise UnknownStaff("There is nobody of that number here.")
    return found[0]


async def change(conn: AsyncConnection, by: Staff, staff_id: int, place: MemberDetails) -> None:
    """Put somebody in another place. Their tasks are for `tasks.leavers` to see to.

    Raises UnknownStaff, UnknownCareTeam and NotYourself.
    """
    before = await get(conn, by, staff_id)
    if staff_id == by.staff_id and place.role is not before.role:
        raise NotYourself("Your own role is for another administrator to change.")
    await require_teams(conn, by, place.care_team_ids)
    row = vars(place) | {"staff_id": staff_id, "care_team_ids": list(place.care_team_ids)}
    await conn.execute(_SQL["change"], row)
    await conn.execute(_SQL["leave_other_teams"], row)
    await organisations.join_care_teams(conn, staff_id, place.care_team_ids)


async def require_teams(conn: AsyncConnection, by: Staff, care_team_ids: Sequence[int]) -> None:
    """Raises UnknownCareTeam unless all are the organisation's."""
    row = {"organisation_id": by.organisation_id, "care_team_ids": list(care_team_ids)}
    [(known,)] = await (await conn.execute(_SQL["count_teams"], row)).fetchall()
    if known != len(set(care_team_ids)):
        raise UnknownCareTeam("There is no such care team, or not for you.")


async def deactivate(conn: AsyncConnection, by: Staff, staff_id: int, now: datetime) -> Member:
    """Close an account: whoever is signed in to it no longer is; whose it was.

    Their tasks are for `tasks.leavers` to see to. Raises UnknownStaff and NotYourself.
    """
    member = await get(conn, by, staff_id)
    if staff_id == by.staff_id:
        raise NotYourself("Your own account is for another administrator to close.")
    await conn.execute(_SQL["deactivate"], {"staff_id": staff_id, "now": now})
    await sessions.end_all(conn, staff_id)
    return member


async def reinstate(conn: AsyncConnection, by: Staff, staff_id: int) -> None:
    """Open a closed account again. Raises UnknownStaff."""
    await get(conn, by, staff_id)
    await conn.execute(_SQL["reinstate"], {"staff_id": staff_id})


async def set_password(
    conn: AsyncConnection, staff_id: int, password_hash: str, *, expires_at: datetime | None
) -> None:
    """Another password: one's own, or a one-time one that ends. Whoever is signed in no longer is."""
    row = {"staff_id": staff_id, "password_hash": password_hash, "expires_at": expires_at}
    await conn.execute(_SQL["set_password"], row)
    await sessions.end_all(conn, staff_id)


async def care_teams(conn: AsyncConnection, by: Staff) -> list[CareTeam]:
    """The care teams that `by` reaches."""
    async with conn.cursor(row_factory=class_row(CareTeam)) as cursor:
        await cursor.execute(_SQL["teams"], vars(by))
        return await cursor.fetchall()


async def team_names(conn: AsyncConnection, by: Staff) -> list[tuple[int, str]]:
    """What the care teams that `by` reaches are called; nobody is counted."""
    return await (await conn.execute(_SQL["team_names"], vars(by))).fetchall()


async def _find(
    conn: AsyncConnection, by: Staff, *, staff_id: int | None = None, after: int = 0, limit: int = 1
) -> list[Member]:
    row = {
        "organisation_id": by.organisation_id,
        "staff_id": staff_id,
        "after": after,
        "limit": limit,
    }
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_SQL["find"], row)
        return [Member(**{**each, "role": Role(each["role"])}) for each in await cursor.fetchall()]
