"""What the people of a home are to know of their care teams: when somebody looks."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from psycopg import AsyncConnection
from pydantic import RootModel

from edge_agent.wire.messages import MAX_TEAMS, CareCommand, Opening, TeamHours
from gateway.database import statements

_SQL = statements.load(__name__)
_NEVER = TeamHours(time_zone="UTC", hours=())
"""In place of more plans than a hub is told of: it must not say that somebody looks when not all do."""


async def of_hub(conn: AsyncConnection, name: str, now: datetime) -> CareCommand:
    """The plans of the care teams whose patients' devices speak through the hub, each once."""
    row = {"name": name, "now": now, "since": (now - timedelta(days=1)).date()}
    found = await (await conn.execute(_SQL["of_hub"], row)).fetchall()
    teams = tuple(
        TeamHours(
            time_zone=time_zone,
            hours=tuple(Opening(weekday=day, opens=opens, closes=closes) for day, opens, closes in hours),
            holidays=tuple(holidays),
        )
        for time_zone, hours, holidays in found
    )
    if len(teams) > MAX_TEAMS:
        teams = (_NEVER,)
    content = RootModel[tuple[TeamHours, ...]](teams).model_dump_json().encode()
    return CareCommand(edition=sha256(content).hexdigest()[:16], teams=teams)
