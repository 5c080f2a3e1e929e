"""The role `escalate`: one process at a time does what time does to tasks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from gateway import faults
from gateway.clock import utc_now
from gateway.database import leases
from gateway.database.leases import LeaseLost
from gateway.database.pool import DATABASE_AWAY, Pool
from gateway.evaluation import sweep
from gateway.evaluation.lag import raise_lag_task
from gateway.faults import Item, ItemKind
from gateway.loop import OF_ITEMS, Chore, divide, play, set_aside
from gateway.resources import Resources
from gateway.tasks import advance as watch
from gateway.tasks.advance import ROLE

logger = logging.getLogger(__name__)

LEASE = "escalate"
LEASE_LASTS = timedelta(seconds=15)
RENEW_EVERY_S = LEASE_LASTS.total_seconds() / 3
LOOK_EVERY_S = 60.0
MOST_TASKS = 50
POLL_S = 1.0


async def escalate(resources: Resources, clock: Callable[[], datetime] = utc_now) -> None:
    """Watch the clocks until the process stops; while another process does, wait for its lease to end."""
    watcher = Watcher(resources.pool)
    chores = [
        Chore("lease", watcher.renew, RENEW_EVERY_S),
        Chore("clocks", watcher.advance, POLL_S),
        Chore("lag", watcher.look_at_evaluation, LOOK_EVERY_S),
    ]
    await play(ROLE, chores, resources.pool, resources.stop, clock)
    with suppress(*DATABASE_AWAY):
        await watcher.give_back(clock())


class Watcher:
    """Works under a lease while it has one. `number` is what it works under."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._number: int | None = None

    async def renew(self, now: datetime) -> None:
        """Take or renew the lease, unless another process has it."""
        self._number = await hold(self._pool, self._number, now)

    async def advance(self, now: datetime) -> int:
        """Do what time did to some tasks; how many. Who has no lease asks for it each time."""
        if self._number is None:
            await self.renew(now)
        if self._number is None:
            return 0
        try:
            return await escalate_once(self._pool, self._number, now)
        except LeaseLost:
            self._number = None
            logger.warning("lease_lost", extra={"lease": LEASE})
            return 0

    async def look_at_evaluation(self, now: datetime) -> None:
        """Who judges may be gone altogether: then somebody else has to say so."""
        if self._number is not None:
            await raise_lag_task(self._pool, ROLE, sweep.UNJUDGED, now)

    async def give_back(self, now: datetime) -> None:
        """Let the next process begin at once."""
        if self._number is not None:
            async with self._pool.connection() as conn:
                await leases.give_back(conn, LEASE, self._number, now)


async def hold(pool: Pool, number: int | None, now: datetime) -> int | None:
    """Take or renew the lease; the number to work under, or None while another process has it."""
    async with pool.connection() as conn:
        held = await leases.take(conn, LEASE, number, now, now + LEASE_LASTS)
    if held is not None and held != number:
        logger.info("lease_taken", extra={"lease": LEASE, "number": held})
    return held


async def escalate_once(pool: Pool, number: int, now: datetime) -> int:
    """Do what time did to some tasks, together if nothing is wrong with one of them; how many there were.

    Raises LeaseLost, and what `is_away` knows.
    """
    async with pool.connection() as conn:
        due = await watch.due(conn, now, limit=MOST_TASKS)

    async def aside(task_id: int, fault: Exception) -> None:
        await set_aside(pool, Item(ROLE, ItemKind.TASK, str(task_id)), OF_ITEMS, now, fault)

    await divide(due, partial(_advance, pool, number, now), aside)
    if due:
        logger.info("clocks_advanced", extra={"tasks": len(due)})
    return len(due)


async def _advance(pool: Pool, number: int, now: datetime, task_ids: Sequence[int]) -> None:
    async with pool.connection() as conn, conn.transaction():
        await leases.check(conn, LEASE, number)
        await watch.advance(conn, task_ids, now)
        await faults.well(conn, ROLE, ItemKind.TASK, task_ids)
