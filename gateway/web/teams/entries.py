"""What is sent about a team's hours, and who plans them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends
from pydantic import AfterValidator, Field, StringConstraints

from gateway.staff.calendar import Opening, is_in_order, minute_of
from gateway.staff.permissions import Permission
from gateway.staff.sessions import Staff
from gateway.staff.team_hours import NewPlan
from gateway.web.guard.context import allowed
from gateway.web.parts.fields import Body, Day, Id, Text, TimeZone

Planner = Annotated[Staff, Depends(allowed(Permission.PLAN_TEAMS))]
WallTime = Annotated[str, StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]


class Hours(Body):
    """When somebody is there on a weekday (Monday 1); `closes` is exclusive, 24:00 the end of the day."""

    weekday: Annotated[int, Field(ge=1, le=7)]
    opens: WallTime
    closes: WallTime


def _in_order(hours: Sequence[Hours]) -> Sequence[Hours]:
    if not all(is_in_order(openings) for openings in _by_weekday(hours).values()):
        raise ValueError("hours of one day begin before they end, and do not overlap")
    return hours


def _by_weekday(hours: Sequence[Hours]) -> dict[int, list[Opening]]:
    found: dict[int, list[Opening]] = defaultdict(list)
    for each in hours:
        found[each.weekday].append(Opening(minute_of(each.opens), minute_of(each.closes)))
    return {weekday: sorted(openings) for weekday, openings in found.items()}


class PlanEntry(Body):
    """A team's plan. `accepting` says why hours that nobody covers are right, where rules are urgent."""

    time_zone: TimeZone
    hours: Annotated[tuple[Hours, ...], Field(max_length=70), AfterValidator(_in_order)]
    holidays: Annotated[tuple[Day, ...], Field(max_length=400)] = ()
    backup_id: Id | None = None
    lead_id: Id | None = None
    accepting: Text | None = None

    @property
    def plan(self) -> NewPlan:
        return NewPlan(
            self.time_zone,
            _by_weekday(self.hours),
            self.holidays,
            self.backup_id,
            self.lead_id,
            self.accepting,
        )
