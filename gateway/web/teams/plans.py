"""A new plan of a care team, for programs and for people."""

from __future__ import annotations

from datetime import datetime

from gateway.database.connection import Connection
from gateway.operations.out_of_touch import OutOfTouch
from gateway.staff import team_hours
from gateway.staff.sessions import Staff
from gateway.staff.team_hours import TeamPlan
from gateway.web.guard.context import Web
from gateway.web.teams.entries import PlanEntry


async def put(
    web: Web, conn: Connection, care_team_id: int, entry: PlanEntry, *, by: Staff, now: datetime
) -> TeamPlan:
    """The team's plan from now on; pages say at once who is there. Raises what `team_hours.put` does."""
    urgent = web.resources.urgent
    plan = await team_hours.put(conn, by, care_team_id, entry.plan, now, urgent=urgent)
    web.caches.of(OutOfTouch).forget(by.organisation_id)
    return plan
