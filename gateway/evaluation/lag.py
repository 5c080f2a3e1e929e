"""What waits for too long is told, by whichever role still works: for each organisation by itself."""

from __future__ import annotations

from datetime import datetime

from gateway.database.connection import Connection
from gateway.database.pool import Pool
from gateway.evaluation import sweep
from gateway.evaluation.sweep import Lag
from gateway.faults import ItemKind
from gateway.loop import one_by_one


async def raise_lag_task(pool: Pool, role: str, lag: Lag, now: datetime) -> None:
    """A task for each organisation in which it waits."""
    async with pool.connection() as conn:
        found = await sweep.lagging(conn, lag, now)

    async def tell(conn: Connection, organisation_id: int) -> None:
        await sweep.open_lag_task(conn, lag, organisation_id, found[organisation_id], now)

    await one_by_one(pool, role, ItemKind.ORGANISATION, list(found), tell, now=now)
