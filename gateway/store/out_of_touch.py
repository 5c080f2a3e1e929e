"""Patients of whom an empty task list says nothing: no data comes from them, or it is not judged yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg import AsyncConnection

from gateway.store import statements
from gateway.store.hubs import SILENT_AFTER
from gateway.store.sessions import Staff

_SQL = statements.load("out_of_touch.sql")
JUDGED_WITHIN = timedelta(minutes=2)
"""Readings are judged within seconds; whatever waits for longer is said."""


@dataclass(frozen=True)
class Missed:
    """How many patients, and since when the first of them; `patients` 0: nobody."""

    patients: int
    since: datetime | None


async def without_data(conn: AsyncConnection, staff: Staff, now: datetime) -> Missed:
    """Patients within reach of `staff` whose hubs are all away."""
    row = vars(staff) | {"now": now, "silent_since": now - SILENT_AFTER}
    [found] = await (await conn.execute(_SQL["without_data"], row)).fetchall()
    return Missed(*found)


async def unjudged(conn: AsyncConnection, staff: Staff, now: datetime) -> Missed:
    """Patients within reach of `staff` whose readings wait to be judged, or whom a rule fails on."""
    row = vars(staff) | {"waiting_since": now - JUDGED_WITHIN}
    [found] = await (await conn.execute(_SQL["unjudged"], row)).fetchall()
    return Missed(*found)
