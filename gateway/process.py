"""One supervisor of the roles of a process: whichever ends is begun again, and the others go on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from gateway import faults
from gateway.clock import utc_now
from gateway.database.pool import is_away
from gateway.logs import kind_of
from gateway.loop import with_jitter
from gateway.metrics import Metric
from gateway.resources import Ended, Resources
from gateway.settings import SettingError

logger = logging.getLogger(__name__)

FIRST_S, LONGEST_S = 1.0, 60.0
"""How long a role rests that ended: doubling each time."""
WELL_AFTER_S = 60.0
"""Who has played for so long begins anew with the shortest rest."""
BEGUN_AFTER_S = 10.0
"""Until then a setting that is at fault keeps the process from starting; later it is one role's fault."""
PATIENCE_S = 2.0

Play = Callable[[Resources], Awaitable[None]]


async def keep_up(
    role: str, play: Play, resources: Resources, clock: Callable[[], datetime] = utc_now
) -> None:
    """Play a role until the process stops or it has nothing more to do.

    Raises SettingError where a setting keeps it from being begun the first time.
    """
    passed_s = asyncio.get_running_loop().time
    ends, first_at = 0, passed_s()
    while not resources.stop.is_set():
        began_at = passed_s()
        try:
            await play(resources)
        except Exception as fault:
            is_begun = ends > 0 or passed_s() - first_at > BEGUN_AFTER_S
            if _is_setting(fault) and not is_begun:
                raise
            ends = 1 if passed_s() - began_at > WELL_AFTER_S else ends + 1
            await _tell(role, fault, resources, clock())
        else:
            return
        await resources.pause(with_jitter(rest_s(ends)))


def rest_s(ends: int) -> float:
    """How long to rest after so many ends, one after the other."""
    return min(LONGEST_S, FIRST_S * (1 << min(ends - 1, 20)))


def _is_setting(fault: BaseException) -> bool:
    """Whether a setting is at fault, also where several tasks of a group found it so."""
    if isinstance(fault, BaseExceptionGroup):
        return all(map(_is_setting, fault.exceptions))
    return isinstance(fault, SettingError)


async def _tell(role: str, fault: Exception, resources: Resources, now: datetime) -> None:
    """In the log, the numbers and the health of this process, and in the database for the console."""
    logger.error("role_ended", extra={"role": role}, exc_info=fault)
    resources.metrics.count(Metric.ROLE_ENDS, role=role)
    resources.ended[role] = Ended(kind_of(fault), now)
    try:
        async with resources.pool.connection(timeout=PATIENCE_S) as conn:
            await faults.role_ended(conn, role, kind_of(fault), now)
    except Exception as error:
        if not is_away(error):
            logger.exception("role_end_not_kept", extra={"role": role})
