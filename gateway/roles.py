"""The roles a process can play. They meet only in the database."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence

from gateway.canary.role import canary
from gateway.evaluation.escalate import escalate
from gateway.evaluation.evaluate import evaluate
from gateway.ingest.role import ingest
from gateway.notifications.role import notify
from gateway.operations.tidy import tidy
from gateway.process import keep_up
from gateway.resources import Resources, open_resources
from gateway.settings import Settings
from gateway.web.monitor import monitor
from gateway.web.role import web

logger = logging.getLogger(__name__)

ROLES: Mapping[str, Callable[[Resources], Awaitable[None]]] = {
    "ingest": ingest,
    "evaluate": evaluate,
    "escalate": escalate,
    "notify": notify,
    "tidy": tidy,
    "canary": canary,
    "web": web,
}


COLLECT_EVERY = 100_000
"""Containers made. A batch is tens of thousands without a cycle: looking for some was a third of ingest."""


async def run(settings: Settings, roles: Sequence[str]) -> None:
    """Play `roles` until a signal. Raises SettingError where one of them cannot be begun at all."""
    gc.freeze()
    gc.set_threshold(COLLECT_EVERY)
    async with open_resources(settings) as resources:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_say_unhandled)
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, resources.stop.set)
        async with asyncio.TaskGroup() as group:
            for name, play in {"monitor": monitor, **{role: ROLES[role] for role in roles}}.items():
                group.create_task(keep_up(name, play, resources), name=name)


def _say_unhandled(_: asyncio.AbstractEventLoop, context: Mapping[str, object]) -> None:
    """Without the words of asyncio, which quote those of the error."""
    fault = context.get("exception")
    logger.error("unhandled", exc_info=fault if isinstance(fault, BaseException) else None)
