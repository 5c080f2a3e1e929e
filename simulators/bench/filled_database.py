"""A gateway's database as it is after years: patients with their devices, readings and dealt-with tasks."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files
from secrets import token_urlsafe
from typing import Final

from gateway.database.connection import Connection
from gateway.staff import organisations
from gateway.staff.passwords import hash_password
from gateway.staff.permissions import Role
from gateway.staff.sign_in import begin

A_TEAM: Final = 200
"""Patients; an organisation grows by teams. One half of them has an open task: a full first page."""
TASKS_EACH: Final = 10
READINGS_EACH: Final = 167
"""Of three observations."""
STATEMENTS: Final = files(__package__).joinpath("filled_database.sql").read_bytes().split(b";\n")[:-1]


async def fill(conn: Connection, patients: int, now: datetime) -> dict[Role, str]:
    """Fill an initialised database; session tokens of a nurse of one care team and of an administrator."""
    ((organisation_id, first_team),) = await (
        await conn.execute(b"SELECT organisation_id, care_team_id FROM care_team")
    ).fetchall()
    for number in range(1, patients // A_TEAM):
        await organisations.add_care_team(conn, organisation_id, f"Team {number}")
    password_hash = await hash_password(token_urlsafe())  # which nobody knows
    staff = {
        role: await organisations.add_staff(
            conn,
            organisation_id,
            username=f"bench-{role}",
            name=f"Bench {role}",
            role=role,
            password_hash=password_hash,
            care_team_ids=[first_team],
            now=now,
        )
        for role in (Role.NURSE, Role.ADMINISTRATOR)
    }
    row = {
        "now": now,
        "staff_id": staff[Role.NURSE],
        "a_team": A_TEAM,
        "tasks": TASKS_EACH,
        "readings": READINGS_EACH,
    }
    for statement in STATEMENTS:
        await conn.execute(statement, row)
    tokens = {role: await begin(conn, staff_id, now) for role, staff_id in staff.items()}
    await conn.commit()
    await conn.set_autocommit(True)
    await conn.execute(b"VACUUM ANALYZE")
    await conn.set_autocommit(False)
    return tokens
