"""Whoever leaves a team or the organisation: what they had is others' to take, in the same transaction."""

from __future__ import annotations

from datetime import datetime

from gateway.database.connection import Connection
from gateway.staff import members
from gateway.staff.members import MemberDetails
from gateway.staff.sessions import Staff
from gateway.tasks import advance


async def change(conn: Connection, by: Staff, staff_id: int, place: MemberDetails, now: datetime) -> None:
    """Put somebody in another place; their open tasks of teams that they leave are others' to take.

    Raises UnknownStaff, UnknownCareTeam and NotYourself.
    """
    await members.change(conn, by, staff_id, place)
    await advance.release(conn, staff_id, now, f"{place.name} has left the team.", within_reach=False)


async def deactivate(conn: Connection, by: Staff, staff_id: int, now: datetime) -> None:
    """Close an account: whoever is signed in to it no longer is, and their tasks are others' to take.

    Raises UnknownStaff and NotYourself.
    """
    closed = await members.deactivate(conn, by, staff_id, now)
    await advance.release(conn, staff_id, now, f"The account of {closed.name} was closed.", within_reach=True)
