"""The role `tidy`: removes what is kept for a time only. Several processes may: twice is as once."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from gateway.resources import Resources
from gateway.store import retention
from gateway.store.pool import DATABASE_AWAY

logger = logging.getLogger(__name__)

EVERY_S = 3600.0
RETRY_S = 60.0


async def tidy(resources: Resources) -> None:
    """Tidy once an hour until the process stops."""
    while not resources.stop.is_set():
        before = datetime.now(UTC) - resources.settings.keep_raw
        try:
            if removed := await retention.remove_raw(resources.pool, before):
                logger.info("raw_removed", extra={"removed": removed, "before": before.isoformat()})
            pause = EVERY_S
        except DATABASE_AWAY as error:
            logger.warning("database_away", extra={"error": type(error).__name__})
            pause = RETRY_S
        try:
            async with asyncio.timeout(pause):
                await resources.stop.wait()
        except TimeoutError:
            continue
