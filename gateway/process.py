"""The roles of a process under one supervisor: whichever ends is begun again, and the others go on."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from gateway import faults
from gateway.canary.role import canary
from gateway.clock import utc_now
from gateway.database.pool import is_away
from gateway.evaluation.escalate import escalate
from gateway.evaluation.evaluate import evaluate
from gateway.ingest.role import ingest
from gateway.logs import kind_of
from gateway.loop import with_jitter
from gateway.metrics import Metric
from gateway.notifications.role import notify
from gateway.operations.tidy import tidy
from gateway.resources import Resources, RoleFailure, open_resources
from gateway.settings import SettingError, Settings
from gateway.web.monitor import monitor
from gateway.web.role import web

logger = logging.getLogger(__name__)

Play = Callable[[Resources], Awaitable[None]]

ROLES: Mapping[str, Play] = {
    "ingest": ingest,
    "evaluate": evaluate,
    "escalate": escalate,
    "notify": notify,
    "tidy": tidy,
    "canary": canary,
    "web": web,
}
"""The roles a process can play. They meet only in the database."""

FIRST_S, LONGEST_S = 1.0, 60.0
"""How long a role rests that ended: doubling each time."""
WELL_AFTER_S = 60.0
"""Who has played for so long begins anew with the shortest rest."""
BEGUN_AFTER_S = 10.0
"""Until then a setting that is at fault keeps the process from starting; later it is one role's fault."""
PATIENCE_S = 2.0
COLLECT_EVERY = 100_000
"""Containers made. A batch is tens of thousands without a cycle: looking for some was a third of ingest."""


async def run(settings: Settings, roles: Sequence[str]) -> None:
    """Play `roles` until a signal. Raises SettingError where one of them cannot be begun at all."""
    gc.freeze()
    gc.set_threshold(COLLECT_EVERY)
    async with open_resources(settings) as resources:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_log_unhandled)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, resources.stop.set)
        async with asyncio.TaskGroup() as group:
            for name, play in {"monitor": monitor, **{role: ROLES[role] for role in roles}}.items():
                group.create_task(supervise(name, play, resources), name=name)


async def supervise(
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
            await _report(role, fault, resources, clock())
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


async def _report(role: str, fault: Exception, resources: Resources, now: datetime) -> None:
    """In the log, the numbers and the health of this process, and in the database for the console."""
    logger.error("role_ended", extra={"role": role}, exc_info=fault)
    resources.metrics.count(Metric.ROLE_ENDS, role=role)
    resources.ended[role] = RoleFailure(kind_of(fault), now)
    try:
        async with resources.pool.connection(timeout=PATIENCE_S) as conn:
            await faults.role_ended(conn, role, kind_of(fault), now)
    except Exception as error:
        if not is_away(error):
            logger.exception("role_end_not_kept", extra={"role": role})


def _log_unhandled(_: asyncio.AbstractEventLoop, context: Mapping[str, object]) -> None:
    """Without the words of asyncio, which quote those of the error."""
    fault = context.get("exception")
    logger.error("unhandled", exc_info=fault if isinstance(fault, BaseException) else None)
