"""Who belongs to a task's team, for those who have to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg import AsyncConnection

from gateway.database import statements
from gateway.staff.permissions import Role

_SQL = statements.load(__name__)


@dataclass(frozen=True)
class TeamPeople:
    """Who belongs to a task's team, as ids of staff."""

    nurses: Sequence[int]
    clinicians: Sequence[int]
    others: Sequence[int]
    administrators: Sequence[int]  # of the organisation
    backup_id: int | None
    lead_id: int | None


async def of(conn: AsyncConnection, organisation_id: int, care_team_id: int | None) -> TeamPeople:
    """Whose account is closed is not among them. Without a team: those who run the organisation."""
    row = {"organisation_id": organisation_id, "care_team_id": care_team_id}
    staff = await (await conn.execute(_SQL["members"], row)).fetchall()
    named = await (await conn.execute(_SQL["named"], row)).fetchone()
    backup_id, lead_id = named or (None, None)
    there = {staff_id for staff_id, _, _ in staff}
    members = [(staff_id, Role(role)) for staff_id, role, is_member in staff if is_member]
    return TeamPeople(
        nurses=[staff_id for staff_id, role in members if role is Role.NURSE],
        clinicians=[staff_id for staff_id, role in members if role is Role.CLINICIAN],
        others=[staff_id for staff_id, role in members if role not in {Role.NURSE, Role.CLINICIAN}],
        administrators=[staff_id for staff_id, role, _ in staff if role == Role.ADMINISTRATOR],
        backup_id=backup_id if backup_id in there else None,
        lead_id=lead_id if lead_id in there else None,
    )
