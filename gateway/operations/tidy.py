"""The role `tidy`: removes what is kept for a time only. Several processes may: twice is as once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from gateway import faults
from gateway.clock import utc_now
from gateway.database.pool import Pool
from gateway.loop import Chore, play
from gateway.operations import retention
from gateway.resources import Resources

logger = logging.getLogger(__name__)

ROLE = "tidy"
EVERY_S = 3600.0


async def tidy(resources: Resources, clock: Callable[[], datetime] = utc_now) -> None:
    """Tidy once an hour until the process stops; each kind of thing by itself."""
    chores = [
        Chore("raw", partial(_remove_raw, resources), EVERY_S),
        Chore("set-aside", partial(_forget, resources.pool), EVERY_S),
    ]
    await play(ROLE, chores, resources.pool, resources.stop, clock)


async def _remove_raw(resources: Resources, now: datetime) -> None:
    before = now - resources.settings.keep_raw
    if removed := await retention.remove_raw(resources.pool, before):
        logger.info("raw_removed", extra={"removed": removed, "before": before.isoformat()})


async def _forget(pool: Pool, now: datetime) -> None:
    async with pool.connection() as conn:
        await faults.forget(conn, now)
