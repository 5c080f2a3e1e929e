"""What the whole gateway stands at, as numbers to be watched: the same from every process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from gateway.database import statements
from gateway.hubs.hubs import SILENT_AFTER, STALLED_AFTER

_SQL = statements.load(__name__)


@dataclass(frozen=True)
class Gauges:
    """Counts, and ages in seconds."""

    due: int
    evaluation_lag_s: float  # of the oldest due work
    oldest_unreceipted_s: float  # at most: for so long a hub has said that some reading waits for its receipt
    positions_missing: int
    clocks_lag_s: float  # of the task that waits longest to be looked at
    tasks_overdue: int
    patients_unjudged: int  # by some rule that fails on their readings
    quarantined: int
    hubs_online: int
    notifications_failed: int
    oldest_notification_s: float  # of those that wait to be delivered
    hubs_stalled: int  # online, and none of what waits there has arrived for minutes


async def read(conn: AsyncConnection, now: datetime) -> Gauges:
    """As of `now`."""
    async with conn.cursor(row_factory=class_row(Gauges)) as cursor:
        since = {"silent_since": now - SILENT_AFTER, "stalled_since": now - STALLED_AFTER}
        await cursor.execute(_SQL["read"], since | {"now": now})
        [gauges] = await cursor.fetchall()
        return gauges
