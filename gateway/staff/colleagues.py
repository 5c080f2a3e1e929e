"""Who else works for a patient: whom a task can be offered to, and who is on it already."""

from __future__ import annotations

from psycopg import AsyncConnection

from gateway.database import statements
from gateway.staff.permissions import Permission, Role, may
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)


async def of_task(conn: AsyncConnection, staff: Staff, task_id: int) -> list[tuple[int, str]]:
    """Id and name of everybody but `staff` who may work the task."""
    roles = [role for role in Role if may(role, Permission.WORK_TASKS)]
    row = {"task_id": task_id, "staff_id": staff.staff_id, "roles": roles}
    return await (await conn.execute(_SQL["of_task"], row)).fetchall()


async def of_patient(conn: AsyncConnection, staff: Staff, patient_id: int) -> list[tuple[int, str]]:
    """Id and name of everybody but `staff` who may work a task of the patient."""
    roles = [role for role in Role if may(role, Permission.WORK_TASKS)]
    row = {"patient_id": patient_id, "staff_id": staff.staff_id, "roles": roles}
    return await (await conn.execute(_SQL["of_patient"], row)).fetchall()


async def on_patient(conn: AsyncConnection, patient_id: int) -> list[tuple[int, str]]:
    """Id and name of those who have an open task of the patient."""
    return await (await conn.execute(_SQL["on_patient"], {"patient_id": patient_id})).fetchall()


async def care_team(conn: AsyncConnection, care_team_id: int) -> str:
    """Its name."""
    found = await conn.execute(_SQL["care_team"], {"care_team_id": care_team_id})
    [(name,)] = await found.fetchall()
    return str(name)
