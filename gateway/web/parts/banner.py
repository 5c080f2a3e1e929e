"""What an empty list does not say, above every page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway.operations import out_of_touch
from gateway.operations.out_of_touch import OutOfTouch, PatientsAffected
from gateway.staff.members import team_names
from gateway.staff.permissions import Permission, may
from gateway.staff.sessions import Staff
from gateway.web.guard.context import Conn, Now, Shared, SignedIn
from gateway.web.parts.renderer import render
from gateway.web.parts.views import Banner, BannerLine
from gateway.web.parts.words import counted, moment, unsent_text

router = APIRouter(include_in_schema=False)


def banner(
    without_data: PatientsAffected,
    unjudged: PatientsAffected,
    away: Sequence[str],
    now: datetime,
    messages: BannerLine | None = None,
) -> Banner:
    """In words; `away` are the care teams that are outside their hours. Pure."""
    lines = [messages] if messages else []
    if without_data.patients:
        so = "An empty list is not reassurance."
        lines.append(BannerLine(_sentence(without_data, "No data from {}", so, now)))
    if unjudged.patients:
        so = "What they ask for is not on the list."
        text = _sentence(unjudged, "Readings of {} are not judged yet", so, now)
        lines.append(BannerLine(text, href="/patients?unjudged=true"))
    if away:
        teams = f"{', '.join(away)}: outside the team's hours."
        lines.append(BannerLine(f"{teams} Tasks may be looked at by nobody until they begin again."))
    return Banner(lines)


def _sentence(affected: PatientsAffected, what: str, so: str, now: datetime) -> str:
    people = counted(affected.patients, "patient", "patients")
    since = "" if affected.since is None else f" since {moment(affected.since, 'UTC', now).text}"
    first = ", the first" if since and affected.patients > 1 else ""
    return f"{what.format(people)}{first}{since}. {so}"


async def _banner(web: Shared, conn: Conn, staff: SignedIn, now: Now) -> Banner:
    if not may(staff.role, Permission.SEE_PATIENTS):
        return Banner([])

    async def find() -> OutOfTouch:
        return await out_of_touch.find(conn, staff.organisation_id, now)

    found = await web.caches.of(OutOfTouch).get(staff.organisation_id, find)
    teams = dict(await team_names(conn, staff))
    return banner(
        out_of_touch.of_teams(found.without_data, teams),
        out_of_touch.of_teams(found.unjudged, teams),
        [name for care_team_id, name in teams.items() if care_team_id in found.away],
        now,
        _messages(staff, found, now),
    )


def _messages(staff: Staff, found: OutOfTouch, now: datetime) -> BannerLine | None:
    """For those who can do something about it, and those who lead a team."""
    may_work = may(staff.role, Permission.WORK_DELIVERIES)
    if found.unsent is None or not (may_work or staff.staff_id in found.leads):
        return None
    text = f"{unsent_text(found.unsent, now)}. Those people have not been notified."
    return BannerLine(text, "/setup/deliveries" if may_work else None, "See which")


StaffBanner = Annotated[Banner, Depends(_banner)]


@router.get("/banner")
async def banner_alone(shown: StaffBanner) -> Response:
    """For a page that is open."""
    return render(shown)
