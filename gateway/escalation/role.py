"""The role `escalate`: one process at a time does what time does to tasks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from gateway.clock import utc_now
from gateway.resources import Resources
from gateway.store import leases, sweeping, watch
from gateway.store.leases import LeaseLost
from gateway.store.pool import DATABASE_AWAY, Pool

logger = logging.getLogger(__name__)

LEASE = "escalate"
LEASE_LASTS = timedelta(seconds=15)
RENEW_EVERY_S = LEASE_LASTS.total_seconds() / 3
LOOK_EVERY_S = 60.0
MOST_TASKS = 50
POLL_S = 1.0
RETRY_S = 2.0


async def escalate(resources: Resources, clock: Callable[[], datetime] = utc_now) -> None:
    """Watch the clocks until the process stops; while another process does, wait for its lease to end."""
    number: int | None = None
    passed_s = asyncio.get_running_loop().time  # goes on where the clock is set back
    renew_at = look_at = passed_s()
    while not resources.stop.is_set():
        now = clock()
        try:
            if number is None or passed_s() >= renew_at:
                number, renew_at = await hold(resources.pool, number, now), passed_s() + RENEW_EVERY_S
            advanced = 0 if number is None else await escalate_once(resources.pool, number, now)
            if number is not None and passed_s() >= look_at:
                await look_at_evaluation(resources.pool, now)
                look_at = passed_s() + LOOK_EVERY_S
            pause = 0.0 if advanced else POLL_S
        except LeaseLost:
            number, pause = None, POLL_S
            logger.warning("lease_lost", extra={"lease": LEASE})
        except DATABASE_AWAY as error:
            pause = RETRY_S
            logger.warning("database_away", extra={"error": type(error).__name__})
        await resources.pause(pause)
    if number is not None:
        with suppress(*DATABASE_AWAY):
            async with resources.pool.connection() as conn:
                await leases.give_back(conn, LEASE, number, clock())


async def hold(pool: Pool, number: int | None, now: datetime) -> int | None:
    """Take or renew the lease; the number to work under, or None while another process has it."""
    async with pool.connection() as conn:
        held = await leases.take(conn, LEASE, number, now, now + LEASE_LASTS)
    if held is not None and held != number:
        logger.info("lease_taken", extra={"lease": LEASE, "number": held})
    return held


async def escalate_once(pool: Pool, number: int, now: datetime) -> int:
    """Do what time did to some tasks, in one transaction; how many. Raises LeaseLost and DATABASE_AWAY."""
    async with pool.connection() as conn, conn.transaction():
        await leases.check(conn, LEASE, number)
        advanced = await watch.advance(conn, now, limit=MOST_TASKS)
    if advanced:
        logger.info("clocks_advanced", extra={"tasks": advanced})
    return advanced


async def look_at_evaluation(pool: Pool, now: datetime) -> None:
    """Who judges may be gone altogether: then somebody else has to say so."""
    async with pool.connection() as conn:
        await sweeping.tell_lag(conn, now)
