"""The roles a process can play. They meet only in the database."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence

from gateway.canary.role import canary
from gateway.escalation.role import escalate
from gateway.evaluation.role import evaluate
from gateway.ingest.role import ingest
from gateway.notifying.role import notify
from gateway.resources import Resources, open_resources
from gateway.settings import Settings
from gateway.tidying.role import tidy
from gateway.web.monitor import monitor
from gateway.web.role import web

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
    """Play `roles` until a signal; one that fails stops them all."""
    gc.freeze()
    gc.set_threshold(COLLECT_EVERY)
    async with open_resources(settings) as resources:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, resources.stop.set)
        async with asyncio.TaskGroup() as group:
            group.create_task(monitor(resources), name="monitor")
            for role in roles:
                group.create_task(_play(role, resources), name=role)


async def _play(role: str, resources: Resources) -> None:
    try:
        await ROLES[role](resources)
    finally:
        resources.stop.set()
