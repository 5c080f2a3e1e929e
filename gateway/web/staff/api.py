"""The people who work here, and their care teams, as administrators keep them."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from gateway.staff import accounts, members, organisations
from gateway.staff.accounts import OneTimeSignIn
from gateway.staff.members import CareTeam, Member
from gateway.tasks import leavers
from gateway.web.guard.context import Conn, Now, RowId, Viewer
from gateway.web.guard.idempotency import Once
from gateway.web.parts.fields import Cursor, Id, Limit, Page, page, read_cursor
from gateway.web.staff.entries import CareTeamEntry, MemberEntry, PlaceEntry, StaffManager

router = APIRouter(tags=["staff"])


class CareTeamId(BaseModel):
    """The number of a new care team."""

    care_team_id: int


@router.get("/staff")
async def find(conn: Conn, by: StaffManager, limit: Limit = 100, cursor: Cursor = None) -> Page[Member]:
    """Everybody, the deactivated included."""
    found = await members.find(conn, by, after=read_cursor(cursor, Id) or 0, limit=limit)
    return page(found, limit, lambda each: each.staff_id)


@router.post("/staff", status_code=201)
async def add(entry: MemberEntry, conn: Conn, by: StaffManager, once: Once, now: Now) -> OneTimeSignIn:
    """Open an account. Its one-time password is for 72 hours and for choosing another.

    It is shown once: asked again under the same key, it is null, and `POST /api/staff/{staff_id}/password`
    makes another.
    """
    return await once(
        OneTimeSignIn,
        lambda: accounts.open_account(conn, by, entry.username, entry.details, now),
        unstored="password",
    )


@router.get("/staff/{staff_id}")
async def get(staff_id: RowId, conn: Conn, by: StaffManager) -> Member:
    """One account."""
    return await members.get(conn, by, staff_id)


@router.put("/staff/{staff_id}", status_code=204)
async def change(staff_id: RowId, entry: PlaceEntry, conn: Conn, by: StaffManager, now: Now) -> None:
    """Another name, role, address or other care teams: it holds from the next request on.

    Open tasks that are out of the person's reach then are nobody's again.
    """
    await leavers.change(conn, by, staff_id, entry.details, now)


@router.post("/staff/{staff_id}/password")
async def renew_password(staff_id: RowId, conn: Conn, by: StaffManager, now: Now) -> OneTimeSignIn:
    """A new one-time password; the old password and all sessions end."""
    return await accounts.renew_password(conn, by, staff_id, now)


@router.post("/staff/{staff_id}/deactivate", status_code=204)
async def deactivate(staff_id: RowId, conn: Conn, by: StaffManager, now: Now) -> None:
    """Close an account: its sessions end, and its open tasks are nobody's. What the person did stays."""
    await leavers.deactivate(conn, by, staff_id, now)


@router.post("/staff/{staff_id}/reinstate", status_code=204)
async def reinstate(staff_id: RowId, conn: Conn, by: StaffManager) -> None:
    """Open a closed account again, with the password that it had."""
    await members.reinstate(conn, by, staff_id)


@router.get("/care-teams")
async def care_teams(conn: Conn, by: Viewer) -> Page[CareTeam]:
    """The care teams within your reach."""
    return Page(items=await members.care_teams(conn, by), next=None)


@router.post("/care-teams", status_code=201)
async def add_care_team(entry: CareTeamEntry, conn: Conn, by: StaffManager, once: Once) -> CareTeamId:
    """A new care team, with nobody in it."""

    async def create() -> CareTeamId:
        return CareTeamId(
            care_team_id=await organisations.add_care_team(conn, by.organisation_id, entry.name)
        )

    return await once(CareTeamId, create)
