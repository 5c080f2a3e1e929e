"""Everybody who works here, and the care teams."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from gateway.mailbox import is_mailbox
from gateway.staff import members as staff
from gateway.staff import organisations
from gateway.staff.members import CareTeam, Member
from gateway.staff.organisations import CareTeamExists
from gateway.web.guard.context import Conn, Now
from gateway.web.guard.idempotency import Once
from gateway.web.parts.form_redirects import lead_back
from gateway.web.parts.forms import FormRefused, Typed, create, filled
from gateway.web.parts.page_frame import PageFrame
from gateway.web.parts.renderer import render
from gateway.web.parts.setup_views import Block, Cell, Field, FormBlock, LinkBlock, SetupPage, TableBlock
from gateway.web.parts.words import counted, moment
from gateway.web.staff.entries import CareTeamEntry, StaffManager

router = APIRouter(include_in_schema=False, prefix="/setup/staff")
lead_back(router, "/teams", page="/setup/staff")
SHOWN = 500
_BACK = ("/setup/staff", "Staff and care teams")
_TEAM = FormBlock(
    "/setup/staff/teams", "Add the care team", [Field("name", "Name")], title="Another care team"
)


@router.get("")
async def staff_page(conn: Conn, by: StaffManager, frame: PageFrame, now: Now) -> Response:
    """Everybody, and the care teams."""
    blocks = _lists(await staff.find(conn, by, limit=SHOWN), await staff.care_teams(conn, by), now)
    return render(SetupPage(frame("Staff and care teams"), "", [*blocks, _TEAM]))


@router.post("/teams")
async def add_team(
    typed: Typed, *, conn: Conn, by: StaffManager, frame: PageFrame, once: Once, now: Now
) -> Response:
    """The page with the new care team, or with what was wrong."""

    async def act(entry: CareTeamEntry) -> str:
        await organisations.add_care_team(conn, by.organisation_id, entry.name)
        return "/setup/staff"

    try:
        return await create(once, CareTeamEntry, typed, act, {CareTeamExists: "name"})
    except FormRefused as refused:
        blocks = _lists(await staff.find(conn, by, limit=SHOWN), await staff.care_teams(conn, by), now)
        form = filled(_TEAM, typed, refused.faults)
        return render(SetupPage(frame("Staff and care teams"), "", [*blocks, form]), 422)


def _lists(members: Sequence[Member], teams: Sequence[CareTeam], now: datetime) -> list[Block]:
    names = {team.care_team_id: team.name for team in teams}
    return [
        TableBlock(
            ["Name", "Role", "Care teams", "Account"],
            [
                [
                    Cell(member.name, member.username, href=f"/setup/staff/{member.staff_id}"),
                    Cell(member.role.capitalize()),
                    Cell(", ".join(names[each] for each in member.care_team_ids) or "none"),
                    Cell(_account(member, now), _address(member)),
                ]
                for member in members
            ],
            empty="",
            title=counted(len(members), "person", "people"),
        ),
        LinkBlock([("Add somebody", "/setup/staff/new")]),
        TableBlock(
            ["Care team", "Works in it", "Cared for"],
            [
                [
                    Cell(team.name, href=f"/setup/teams/{team.care_team_id}"),
                    Cell(counted(team.members, "member", "members")),
                    Cell(counted(team.patients, "patient", "patients")),
                ]
                for team in teams
            ],
            empty="There is no care team.",
            title=counted(len(teams), "care team", "care teams"),
        ),
    ]


def _address(member: Member) -> str:
    """Why nobody is told by e-mail, if so."""
    if not member.email:
        return "no e-mail address"
    return "" if is_mailbox(member.email) else "no e-mail can be sent to the address"


def _account(member: Member, now: datetime) -> str:
    if member.deactivated_at is not None:
        return f"closed {moment(member.deactivated_at, 'UTC', now).text}"
    if member.password_expires_at is None:
        return "open"
    if member.password_expires_at <= now:
        return "the one-time password has ended"
    return "has not chosen a password yet"
