"""When care teams are there, whom they tell, and who answers for hours that nobody covers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from gateway.database import statements
from gateway.errors import Refused
from gateway.staff.calendar import ALWAYS, Calendar, Gap, Opening
from gateway.staff.organisations import UnknownCareTeam
from gateway.staff.permissions import NotPermitted, Permission, may
from gateway.staff.sessions import Staff, UnknownStaff

_SQL = statements.load(__name__)
WHOLE_WEEK = [Gap(1, 0, 7 * 24 * 60)]


class UncoveredHours(Refused):
    """There are rules that are urgent and hours in which nobody is there, and nobody answers for that."""


@dataclass(frozen=True)
class NewPlan:
    """What is entered of a team. `accepting`: why the hours that nobody covers are right as they are."""

    time_zone: str
    hours: Mapping[int, Sequence[Opening]]  # by ISO weekday
    holidays: Sequence[date]
    backup_id: int | None
    lead_id: int | None
    accepting: str | None


@dataclass(frozen=True)
class Accepted:
    """Who answers for hours that nobody covers, and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class TeamPlan:
    """A team as it is planned. Without a calendar nobody has said when it is there: no hour is covered."""

    care_team_id: int
    name: str
    calendar: Calendar | None
    backup_id: int | None
    backup_name: str | None
    lead_id: int | None
    lead_name: str | None
    accepted: Accepted | None

    @property
    def gaps(self) -> list[Gap]:
        """The unmonitored hours of an ordinary week."""
        return self.calendar.gaps() if self.calendar else WHOLE_WEEK


async def find(conn: AsyncConnection, staff: Staff, care_team_id: int | None = None) -> list[TeamPlan]:
    """The teams of `staff`; for administrators those of the organisation."""
    row = {
        "organisation_id": staff.organisation_id,
        "staff_id": staff.staff_id,
        "role": staff.role,
        "care_team_id": care_team_id,
    }
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_SQL["find"], row)
        found = await cursor.fetchall()
    planned = await calendars(conn, [each["care_team_id"] for each in found])
    return [_plan(each, planned.get(each["care_team_id"])) for each in found]


async def get(conn: AsyncConnection, staff: Staff, care_team_id: int) -> TeamPlan:
    """Raises UnknownCareTeam, also where there is one out of reach."""
    found = await find(conn, staff, care_team_id)
    if not found:
        raise UnknownCareTeam("There is no such care team, or not for you.")
    return found[0]


async def put(
    conn: AsyncConnection,
    by: Staff,
    care_team_id: int,
    plan: NewPlan,
    now: datetime,
    *,
    urgent: Collection[str],
) -> TeamPlan:
    """Plan a team anew. `urgent` are the programmes with rules that are.

    Who answers for uncovered hours does so until there are others. Raises UnknownCareTeam, UnknownStaff,
    UncoveredHours where the team has patients in an urgent programme, and NotPermitted.
    """
    before = await get(conn, by, care_team_id)
    named = {staff_id for staff_id in (plan.backup_id, plan.lead_id) if staff_id is not None}
    row: dict[str, Any] = vars(plan) | {
        "care_team_id": care_team_id,
        "organisation_id": by.organisation_id,
        "staff_ids": list(named),
        "days": list(plan.holidays),
    }
    if await _one(conn, "are_there", row) != len(named):
        raise UnknownStaff("There is nobody like this in the organisation.")
    await conn.execute(_SQL["put"], row)
    await conn.execute(_SQL["drop_hours"], row)
    for weekday, openings in plan.hours.items():
        for opens, closes in openings:
            await conn.execute(
                _SQL["add_hours"], row | {"weekday": weekday, "opens": opens, "closes": closes}
            )
    await conn.execute(_SQL["drop_holidays"], row)
    await conn.execute(_SQL["add_holidays"], row)
    after = await get(conn, by, care_team_id)
    if plan.accepting is not None:
        if not may(by.role, Permission.ACCEPT_UNCOVERED):
            raise NotPermitted("Your role does not allow this.")
        await _accept(conn, care_team_id, plan.accepting, by.staff_id, now)
    elif after.gaps and (after.gaps != before.gaps or before.accepted is None):
        if await _one(conn, "has_patients", row | {"programmes": list(urgent)}):
            raise UncoveredHours(_UNCOVERED)
        await _accept(conn, care_team_id, None, None, None)
    return await get(conn, by, care_team_id)


async def check_covered(conn: AsyncConnection, patient_id: int, urgent: Collection[str]) -> None:
    """Raises UncoveredHours if the patient is in an urgent programme and the team has uncovered hours."""
    row = {"patient_id": patient_id, "programmes": list(urgent)}
    found = await (await conn.execute(_SQL["team_of"], row)).fetchone()
    if found is None:
        return
    care_team_id, accepted, is_urgent = found
    if not is_urgent or accepted is not None:
        return
    calendar = (await calendars(conn, [care_team_id])).get(care_team_id)
    if calendar is None or calendar.gaps():
        raise UncoveredHours(_UNCOVERED)


async def calendar_of(conn: AsyncConnection, care_team_id: int | None) -> Calendar:
    """When a care team is there. Where nobody has said it, every hour counts."""
    known = {} if care_team_id is None else await calendars(conn, [care_team_id])
    return next(iter(known.values()), ALWAYS)


async def calendars(conn: AsyncConnection, care_team_ids: Sequence[int]) -> dict[int, Calendar]:
    """When those of the care teams are there of whom somebody has said it."""
    row = {"care_team_ids": list(care_team_ids)}
    found = await (await conn.execute(_SQL["calendars"], row)).fetchall()
    return {
        care_team_id: Calendar(ZoneInfo(time_zone), _by_weekday(hours), frozenset(holidays))
        for care_team_id, time_zone, hours, holidays in found
    }


_UNCOVERED = (
    "The programme has urgent rules, and there are hours in which nobody of the team is there: "
    "an administrator has to accept that, with a reason."
)


async def _accept(
    conn: AsyncConnection, care_team_id: int, reason: str | None, staff_id: int | None, now: datetime | None
) -> None:
    row = {"care_team_id": care_team_id, "reason": reason, "staff_id": staff_id, "now": now}
    await conn.execute(_SQL["accept"], row)


async def _one(conn: AsyncConnection, statement: str, row: Mapping[str, object]) -> object:
    [(value,)] = await (await conn.execute(_SQL[statement], row)).fetchall()
    return value


def _plan(row: dict[str, Any], calendar: Calendar | None) -> TeamPlan:
    by, at = row.pop("uncovered_accepted_by"), row.pop("uncovered_accepted_at")
    reason = row.pop("uncovered_reason")
    return TeamPlan(
        calendar=calendar,
        accepted=None if reason is None else Accepted(by, at, reason),
        **row,
    )


def _by_weekday(hours: Sequence[Sequence[int]]) -> Mapping[int, Sequence[Opening]]:
    found: dict[int, list[Opening]] = defaultdict(list)
    for weekday, opens, closes in hours:
        found[weekday].append(Opening(opens, closes))
    return found
