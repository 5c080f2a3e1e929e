"""When care teams are there, and who is told when nobody answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import chain

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from gateway.database.connection import Connection
from gateway.mailbox import is_mailbox
from gateway.settings import Settings
from gateway.staff import members as staff
from gateway.staff import team_hours
from gateway.staff.calendar import wall_time
from gateway.staff.members import Member
from gateway.staff.sessions import Staff
from gateway.staff.team_hours import TeamPlan, UncoveredHours
from gateway.web.guard.context import Conn, Now, RowId, Shared
from gateway.web.parts.fields import Body, Id, Note, Text, TimeZone, zones
from gateway.web.parts.forms import WHOLE, FormRefused, Typed, as_it_is, fault_text, filled, submit
from gateway.web.parts.page_frame import PageFrame
from gateway.web.parts.renderer import render
from gateway.web.parts.setup_views import (
    Block,
    Cell,
    Field,
    FieldKind,
    FormBlock,
    NoticeBlock,
    SetupPage,
    TableBlock,
)
from gateway.web.parts.words import counted
from gateway.web.teams import plans
from gateway.web.teams.entries import Hours, PlanEntry, Planner

router = APIRouter(include_in_schema=False, prefix="/setup/teams")
COLLEAGUES = 500
_BACK = ("/setup/teams", "Hours of care teams")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LEAD = (
    "Clocks of routine tasks run in these hours, those of urgent ones always. Outside of them nobody looks."
)


class PlanForm(Body):
    """As typed: the hours of a day as text, holidays one in a line."""

    time_zone: TimeZone
    monday: Text | None = None
    tuesday: Text | None = None
    wednesday: Text | None = None
    thursday: Text | None = None
    friday: Text | None = None
    saturday: Text | None = None
    sunday: Text | None = None
    holidays: Note = ""
    backup_id: Id | None = None
    lead_id: Id | None = None
    accepting: Text | None = None


@router.get("")
async def teams_page(conn: Conn, by: Planner, frame: PageFrame) -> Response:
    """Each team, and the hours in which nobody is there."""
    table = TableBlock(
        ["Care team", "Unmonitored in a week", "Backup", "Lead"],
        [_row(plan) for plan in await team_hours.find(conn, by)],
        empty="There is no care team.",
    )
    return render(SetupPage(frame("Hours of care teams"), _LEAD, [table]))


@router.get("/{care_team_id}")
async def plan_page(care_team_id: RowId, web: Shared, conn: Conn, by: Planner, frame: PageFrame) -> Response:
    """The form, with what is planned, and who of the team gets no message."""
    plan = await team_hours.get(conn, by, care_team_id)
    members = await _members(conn, by)
    form = as_it_is(_form(members, care_team_id), _known(plan))
    notice = unreachable(plan, members, web.resources.settings)
    return render(_page(frame, plan, *([notice] if notice else []), form))


def unreachable(plan: TeamPlan, members: Sequence[Member], settings: Settings) -> NoticeBlock | None:
    """Who of those whom the plan tells gets no message; None: everybody gets one. Pure."""
    named = {plan.backup_id, plan.lead_id}
    people = [each for each in members if plan.care_team_id in each.care_team_ids or each.staff_id in named]
    if settings.smtp is None:
        text = "E-mail is not set up: nobody in this team gets a message when a task is overdue."
        return NoticeBlock(text) if settings.webhook is None else None
    without = [each.name for each in people if not (each.email and is_mailbox(each.email))]
    if not without:
        return None
    return NoticeBlock(
        f"No usable e-mail address: {', '.join(without)}. They get no message when a task is overdue. "
        "An administrator can add it under Staff."
    )


@router.post("/{care_team_id}")
async def put_plan(
    care_team_id: RowId, typed: Typed, *, web: Shared, conn: Conn, by: Planner, frame: PageFrame, now: Now
) -> Response:
    """To the teams, or the form again with what was wrong."""

    async def act(form: PlanForm) -> TeamPlan:
        return await plans.put(web, conn, care_team_id, entry_of(form), by=by, now=now)

    plan = await team_hours.get(conn, by, care_team_id)
    try:
        await submit(conn, PlanForm, typed, act, {UncoveredHours: "accepting"})
    except FormRefused as refused:
        form = filled(_form(await _members(conn, by), care_team_id), typed, refused.faults)
        return render(_page(frame, plan, form), 422)
    return RedirectResponse("/setup/teams", status_code=303)


def entry_of(form: PlanForm) -> PlanEntry:
    """What was typed, as the API takes it. Raises Refused."""
    hours = chain.from_iterable(
        _hours(weekday, name, getattr(form, name) or "") for weekday, name in enumerate(_DAYS, start=1)
    )
    try:
        return PlanEntry(
            time_zone=form.time_zone,
            hours=tuple(hours),
            holidays=tuple(map(date.fromisoformat, form.holidays.split())),
            backup_id=form.backup_id,
            lead_id=form.lead_id,
            accepting=form.accepting,
        )
    except ValidationError as error:
        faults = {
            "holidays" if each["loc"][0] == "holidays" else WHOLE: fault_text(each) for each in error.errors()
        }
        raise FormRefused(faults) from error
    except ValueError as error:
        raise FormRefused({"holidays": "One date in a line, such as 2026-12-25."}) from error


def _hours(weekday: int, name: str, text: str) -> list[Hours]:
    try:
        return [_span(weekday, part) for part in text.split(",") if part.strip()]
    except ValueError as error:
        raise FormRefused({name: "Hours such as 08:00-12:00, 13:00-17:30."}) from error


def _span(weekday: int, text: str) -> Hours:
    opens, _, closes = text.partition("-")
    return Hours(weekday=weekday, opens=opens.strip(), closes=closes.strip())


def _row(plan: TeamPlan) -> list[Cell]:
    uncovered = sum(gap.minutes for gap in plan.gaps) / 60
    accepted = "" if plan.accepted is None else f"accepted by {plan.accepted.by}: {plan.accepted.reason}"
    return [
        Cell(plan.name, href=f"/setup/teams/{plan.care_team_id}"),
        Cell(counted(round(uncovered), "hour", "hours") if uncovered else "none", accepted),
        Cell(plan.backup_name or "its clinicians"),
        Cell(plan.lead_name or "the administrators"),
    ]


def _known(plan: TeamPlan) -> dict[str, Sequence[str]]:
    known: dict[str, Sequence[str]] = {
        "backup_id": [str(plan.backup_id)] if plan.backup_id else [],
        "lead_id": [str(plan.lead_id)] if plan.lead_id else [],
    }
    if plan.calendar is not None:
        known["time_zone"] = [plan.calendar.zone.key]
        known["holidays"] = ["\n".join(day.isoformat() for day in sorted(plan.calendar.holidays))]
        for weekday, openings in plan.calendar.hours.items():
            spans = (f"{wall_time(opens)}-{wall_time(closes)}" for opens, closes in openings)
            known[_DAYS[weekday - 1]] = [", ".join(spans)]
    return known


async def _members(conn: Connection, by: Staff) -> list[Member]:
    found = await staff.find(conn, by, limit=COLLEAGUES)
    return [each for each in found if each.deactivated_at is None]


def _form(members: Sequence[Member], care_team_id: int) -> FormBlock:
    people = [(str(each.staff_id), each.name) for each in members]
    return FormBlock(f"/setup/teams/{care_team_id}", "Keep this plan", _fields(people))


def _fields(people: Sequence[tuple[str, str]]) -> list[Field]:
    days = [Field(day, day.capitalize(), optional=True) for day in _DAYS]
    days[0] = replace(days[0], hint="Such as 08:00-12:00, 13:00-17:30; the whole day is 00:00-24:00.")
    return [
        Field(
            "time_zone", "Time zone of the team", suggestions=sorted(zones()), hint="Such as Europe/Berlin."
        ),
        *days,
        Field(
            "holidays",
            "Holidays",
            FieldKind.LONG,
            optional=True,
            hint="One date in a line, such as 2026-12-25.",
        ),
        Field(
            "accepting",
            "Why uncovered hours are right",
            FieldKind.LONG,
            optional=True,
            hint="An administrator says so where patients have rules that are urgent.",
        ),
        Field(
            "backup_id", "Backup", FieldKind.ONE, options=people, blank="The team's clinicians", optional=True
        ),
        Field("lead_id", "Lead", FieldKind.ONE, options=people, blank="The administrators", optional=True),
    ]


def _page(frame: PageFrame, plan: TeamPlan, *blocks: Block) -> SetupPage:
    return SetupPage(frame(f"Hours of {plan.name}"), _LEAD, blocks, _BACK)
