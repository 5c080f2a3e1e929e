"""When care teams are there, whom they tell, and what a member still owns at the end of a shift."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel

from alerting.rules import MOST_PRESSING_FIRST, Priority
from gateway.staff import team_hours
from gateway.staff.calendar import Gap, wall_time
from gateway.staff.team_hours import Accepted, TeamPlan
from gateway.tasks import tasks
from gateway.tasks.contacts import PROTOCOLS, Protocol
from gateway.tasks.tasks import Task, Wanted
from gateway.tasks.terms import TERMS, Terms
from gateway.web.guard.context import Conn, Now, RowId, Seen, Shared, Viewer, Worker
from gateway.web.parts.fields import Page
from gateway.web.teams import plans as team_plans
from gateway.web.teams.entries import Hours, PlanEntry, Planner

router = APIRouter(tags=["teams"])


class Unmonitored(BaseModel):
    """From when on, in an ordinary week, for how many minutes nobody is there."""

    weekday: int
    since: str
    minutes: int


class Plan(BaseModel):
    """A team's plan; without a time zone nobody has said when it is there."""

    care_team_id: int
    name: str
    time_zone: str | None
    hours: list[Hours]
    holidays: list[date]
    backup_id: int | None
    backup_name: str | None
    lead_id: int | None
    lead_name: str | None
    unmonitored: list[Unmonitored]
    accepted: Accepted | None
    is_there_now: bool


class PriorityTerms(BaseModel):
    """What holds for one priority."""

    clocks: Terms
    contacts: Protocol


class Shift(BaseModel):
    """What is still yours, and what you offered to others and they have not accepted."""

    owned: list[Task]
    offered: list[Task]


@router.get("/care-teams/plans")
async def plans(conn: Conn, staff: Viewer, now: Now) -> Page[Plan]:
    """When your teams are there, and when nobody is."""
    return Page(items=[_plan(each, now) for each in await team_hours.find(conn, staff)], next=None)


@router.put("/care-teams/{care_team_id}/plan")
async def put_plan(
    care_team_id: RowId,
    entry: PlanEntry,
    *,
    web: Shared,
    conn: Conn,
    staff: Planner,
    now: Now,
) -> Plan:
    """Say when a team is there, and who is told when nobody answers."""
    return _plan(await team_plans.put(web, conn, care_team_id, entry, by=staff, now=now), now)


@router.get("/terms")
async def terms(_: Viewer) -> Mapping[Priority, PriorityTerms]:
    """How long people have for a task, by priority, how they try to reach a patient, and who says so."""
    return {each: PriorityTerms(clocks=TERMS[each], contacts=PROTOCOLS[each]) for each in MOST_PRESSING_FIRST}


@router.get("/shift")
async def shift(conn: Conn, staff: Worker, seen: Seen, now: Now) -> Shift:
    """What you still own: look at it before you sign off."""
    mine = await tasks.find(conn, staff, Wanted(mine=True, now=now, limit=500))
    seen.update(task.patient_id for task in mine if task.patient_id is not None)
    owned = [task for task in mine if task.owner_id == staff.staff_id]
    return Shift(
        owned=[task for task in owned if task.offered_to_id is None],
        offered=[task for task in owned if task.offered_to_id is not None],
    )


def _plan(plan: TeamPlan, now: Now) -> Plan:
    calendar = plan.calendar
    return Plan(
        care_team_id=plan.care_team_id,
        name=plan.name,
        time_zone=calendar.zone.key if calendar else None,
        hours=[
            Hours(weekday=weekday, opens=wall_time(opens), closes=wall_time(closes))
            for weekday, openings in (calendar.hours if calendar else {}).items()
            for opens, closes in openings
        ],
        holidays=sorted(calendar.holidays) if calendar else [],
        backup_id=plan.backup_id,
        backup_name=plan.backup_name,
        lead_id=plan.lead_id,
        lead_name=plan.lead_name,
        unmonitored=[_unmonitored(gap) for gap in plan.gaps],
        accepted=plan.accepted,
        is_there_now=calendar is not None and calendar.is_open(now),
    )


def _unmonitored(gap: Gap) -> Unmonitored:
    return Unmonitored(weekday=gap.weekday, since=wall_time(gap.minute), minutes=gap.minutes)
