"""What an empty task list does not say: who sends nothing, is not judged yet, is away or was not told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, TypeAlias

from psycopg import AsyncConnection

from gateway.database import statements
from gateway.hubs.hubs import SILENT_AFTER
from gateway.notifications import outbox
from gateway.notifications.outbox import Unsent
from gateway.staff import team_hours

_SQL = statements.load(__name__)
JUDGED_WITHIN = timedelta(minutes=2)
"""Readings are judged within seconds; whatever waits for longer is said."""


@dataclass(frozen=True)
class PatientsAffected:
    """How many patients, and since when the first of them; `patients` 0: nobody."""

    patients: int
    since: datetime | None


class Unjudged(NamedTuple):
    """A patient who waits to be judged, since when, and whose care team's they are."""

    care_team_id: int
    patient_id: int
    since: datetime


ByTeam: TypeAlias = Mapping[int, PatientsAffected]
"""Of each care team that misses somebody: nobody belongs to two."""


@dataclass(frozen=True)
class OutOfTouch:
    """Whom an organisation misses: found once, whoever of its staff asks."""

    without_data: ByTeam
    unjudged: ByTeam
    away: frozenset[int]
    """Care teams that are outside their hours."""
    unsent: Unsent | None = None
    """Messages that did not arrive."""
    leads: frozenset[int] = frozenset()
    """Who leads a care team."""


async def find(conn: AsyncConnection, organisation_id: int, now: datetime) -> OutOfTouch:
    """Of patients: whose hubs are all away; who are not judged yet. And what people were not told."""
    row = {"organisation_id": organisation_id, "now": now, "silent_since": now - SILENT_AFTER}
    without_data = {
        care_team_id: PatientsAffected(patients, since)
        for care_team_id, patients, since in await (await conn.execute(_SQL["without_data"], row)).fetchall()
    }
    planned = await (await conn.execute(_SQL["planned"], row)).fetchall()
    calendars = await team_hours.calendars(conn, [care_team_id for care_team_id, _ in planned])
    away = frozenset(each for each, calendar in calendars.items() if not calendar.is_open(now))
    return OutOfTouch(
        without_data,
        _by_team(await unjudged(conn, organisation_id, now)),
        away,
        await outbox.unsent(conn, organisation_id),
        frozenset(lead_id for _, lead_id in planned if lead_id is not None),
    )


async def unjudged(conn: AsyncConnection, organisation_id: int, now: datetime) -> list[Unjudged]:
    """Whose readings, or whose silence, wait to be judged for too long, and whom a rule fails on."""
    row = {"organisation_id": organisation_id, "waiting_since": now - JUDGED_WITHIN}
    return list(map(Unjudged._make, await (await conn.execute(_SQL["unjudged"], row)).fetchall()))


def _by_team(unjudged: Iterable[Unjudged]) -> ByTeam:
    sinces: dict[int, list[datetime]] = defaultdict(list)
    for each in unjudged:
        sinces[each.care_team_id].append(each.since)
    return {
        care_team_id: PatientsAffected(len(of_team), min(of_team)) for care_team_id, of_team in sinces.items()
    }


def of_teams(affected: ByTeam, care_team_ids: Collection[int]) -> PatientsAffected:
    """Whom these care teams miss together. Pure."""
    theirs = [affected[care_team_id] for care_team_id in care_team_ids if care_team_id in affected]
    since = min((each.since for each in theirs if each.since is not None), default=None)
    return PatientsAffected(sum(each.patients for each in theirs), since)
