"""One person's account: a new one, its place, its password, its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from gateway.mailbox import is_mailbox
from gateway.staff import accounts, members
from gateway.staff.accounts import OneTimeSignIn
from gateway.staff.members import CareTeam, Member
from gateway.staff.organisations import UsernameTaken
from gateway.staff.permissions import Role
from gateway.tasks import leavers
from gateway.web.guard.context import Conn, Now, RowId
from gateway.web.guard.idempotency import Once
from gateway.web.parts.form_redirects import lead_back
from gateway.web.parts.forms import FormRefused, Typed, as_it_is, filled, submit
from gateway.web.parts.page_frame import PageFrame
from gateway.web.parts.renderer import render
from gateway.web.parts.setup_views import (
    Block,
    FactBlock,
    Field,
    FieldKind,
    FormBlock,
    LinkBlock,
    NoticeBlock,
    SetupPage,
)
from gateway.web.parts.words import moment
from gateway.web.staff.entries import MemberEntry, PlaceEntry, StaffManager

router = APIRouter(include_in_schema=False, prefix="/setup/staff")
lead_back(router, "/{staff_id}/{action}", page="/setup/staff/{staff_id}")
_BACK = ("/setup/staff", "Staff and care teams")


@router.get("/new")
async def new_page(conn: Conn, by: StaffManager, frame: PageFrame) -> Response:
    """The form for somebody new."""
    form = _newcomer(await members.care_teams(conn, by))
    return render(SetupPage(frame("Add somebody"), "", [form], _BACK))


@router.post("/new")
async def add(
    typed: Typed, *, conn: Conn, by: StaffManager, frame: PageFrame, once: Once, now: Now
) -> Response:
    """The one-time password, or the form again with what was wrong."""

    async def act(entry: MemberEntry) -> OneTimeSignIn:
        return await once(
            OneTimeSignIn,
            lambda: accounts.open_account(conn, by, entry.username, entry.details, now),
            unstored="password",
        )

    try:
        opened = await submit(conn, MemberEntry, typed, act, {UsernameTaken: "username"})
    except FormRefused as refused:
        form = filled(_newcomer(await members.care_teams(conn, by)), typed, refused.faults)
        return render(SetupPage(frame("Add somebody"), "", [form], _BACK), 422)
    return render(SetupPage(frame("One-time password"), "", _shown_once(opened, now), _BACK))


@router.get("/{staff_id}")
async def member_page(staff_id: RowId, conn: Conn, by: StaffManager, frame: PageFrame) -> Response:
    """One account, and what can be done about it."""
    member = await members.get(conn, by, staff_id)
    return render(_member(frame, member, _place(member, await members.care_teams(conn, by)), by.staff_id))


@router.post("/{staff_id}")
async def change(
    staff_id: RowId, typed: Typed, *, conn: Conn, by: StaffManager, frame: PageFrame, now: Now
) -> Response:
    """To the list, or the form again with what was wrong."""

    async def act(entry: PlaceEntry) -> None:
        await leavers.change(conn, by, staff_id, entry.details, now)

    member = await members.get(conn, by, staff_id)
    try:
        await submit(conn, PlaceEntry, typed, act)
    except FormRefused as refused:
        form = filled(_place(member, await members.care_teams(conn, by)), typed, refused.faults)
        return render(_member(frame, member, form, by.staff_id), 422)
    return RedirectResponse("/setup/staff", status_code=303)


@router.post("/{staff_id}/password")
async def renew(staff_id: RowId, conn: Conn, by: StaffManager, frame: PageFrame, now: Now) -> Response:
    """A new one-time password."""
    renewed = await accounts.renew_password(conn, by, staff_id, now)
    return render(SetupPage(frame("One-time password"), "", _shown_once(renewed, now), _BACK))


@router.post("/{staff_id}/deactivate")
async def deactivate(staff_id: RowId, conn: Conn, by: StaffManager, now: Now) -> Response:
    """The account is closed."""
    await leavers.deactivate(conn, by, staff_id, now)
    return RedirectResponse(f"/setup/staff/{staff_id}", status_code=303)


@router.post("/{staff_id}/reinstate")
async def reinstate(staff_id: RowId, conn: Conn, by: StaffManager) -> Response:
    """The account is open again."""
    await members.reinstate(conn, by, staff_id)
    return RedirectResponse(f"/setup/staff/{staff_id}", status_code=303)


def _fields(teams: Sequence[CareTeam]) -> list[Field]:
    return [
        Field("name", "Name"),
        Field("role", "Role", FieldKind.ONE, options=[(role, role.capitalize()) for role in Role]),
        Field(
            "email",
            "E-mail address",
            FieldKind.EMAIL,
            optional=True,
            hint="Without one nobody is told by e-mail that a task waits.",
        ),
        Field(
            "care_team_ids",
            "Care teams",
            FieldKind.SOME,
            options=[(str(team.care_team_id), team.name) for team in teams],
            hint="Patients of other teams are out of reach; administrators reach all.",
            optional=True,
        ),
    ]


def _newcomer(teams: Sequence[CareTeam]) -> FormBlock:
    username = Field("username", "User name", hint="Small letters, digits, dots and hyphens. It stays.")
    return FormBlock("/setup/staff/new", "Open the account", [username, *_fields(teams)])


def _place(member: Member, teams: Sequence[CareTeam]) -> FormBlock:
    lead = "Open tasks that they have in a care team which they leave are nobody's again."
    fields = [_with_fault(field, member) for field in _fields(teams)]
    form = FormBlock(f"/setup/staff/{member.staff_id}", "Keep this", fields, title="Place", lead=lead)
    return as_it_is(
        form,
        {
            "name": [member.name],
            "role": [member.role],
            "email": [member.email or ""],
            "care_team_ids": [str(each) for each in member.care_team_ids],
        },
    )


def _with_fault(field: Field, member: Member) -> Field:
    """The field, with what is wrong with an address that an earlier version took."""
    if field.name != "email" or not member.email or is_mailbox(member.email):
        return field
    return replace(
        field,
        fault="E-mail cannot be sent to this address, so this person is not notified. Please correct it.",
    )


def _member(frame: PageFrame, member: Member, form: FormBlock, own_id: int) -> SetupPage:
    address = f"/setup/staff/{member.staff_id}"
    blocks: list[Block] = [form]
    if member.deactivated_at is not None:
        lead = "Whoever it is may sign in again, with the password that they had."
        blocks.append(
            FormBlock(
                f"{address}/reinstate", "Open the account again", title="This account is closed", lead=lead
            )
        )
    elif member.staff_id == own_id:
        blocks.append(LinkBlock([("Your own password", "/account")]))
    else:
        blocks += [
            FormBlock(
                f"{address}/password",
                "Make a one-time password",
                title="Cannot sign in?",
                lead="The password that they had ends, and they are signed out everywhere.",
            ),
            FormBlock(
                f"{address}/deactivate",
                "Close the account",
                title="Leaves?",
                lead="They are signed out at once. What they did stays; their tasks are nobody's again.",
                is_grave=True,
            ),
        ]
    return SetupPage(frame(member.name), f"User name {member.username}", blocks, _BACK)


def _shown_once(opened: OneTimeSignIn, now: datetime) -> list[Block]:
    if opened.password is None:
        return [
            NoticeBlock(
                "The account is open, and its password was shown before. If nobody has it, make another."
            ),
            LinkBlock([("Make another password", f"/setup/staff/{opened.staff_id}")]),
        ]
    return [
        NoticeBlock("It is shown here and never again. Hand it over in person or by telephone."),
        FactBlock(
            [
                ("User name", opened.username),
                ("One-time password", opened.password),
                ("Until", moment(opened.expires_at, "UTC", now).text),
            ]
        ),
    ]
