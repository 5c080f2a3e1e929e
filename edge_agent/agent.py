"""The hub at work: what is opened, in which order, and how it ends."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from edge_agent.bluetooth import Collector, Hub, Loan
from edge_agent.hub_clock import TrustedClock
from edge_agent.outbox import Outbox, OutboxError
from edge_agent.publisher import Broker, Publisher
from edge_agent.settings import Settings

PRUNE_EVERY_S: Final = 3600.0


async def run(settings: Settings) -> None:
    """Read devices and send what they say until SIGTERM or SIGINT.

    Raises SettingsError, OutboxError; an exception group when a part of it fails.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    broker = Broker(settings.broker_host, settings.broker_port, settings.password())
    with _alone(settings.home), Outbox(settings.outbox) as outbox:
        hub = Hub(settings.hub, settings.zone, TrustedClock())
        collector = Collector(hub, outbox, Loan(settings.home))
        publisher = Publisher(
            *(settings.hub, broker, outbox),
            devices=collector.devices,
            receipt_within_s=settings.receipt_within_s,
        )
        async with publisher, asyncio.TaskGroup() as group:
            working = [group.create_task(collector.run(publisher.wake)), group.create_task(_prune(outbox))]
            await stop.wait()
            for task in working:
                task.cancel()


async def _prune(outbox: Outbox) -> None:
    while True:
        outbox.prune(_now())
        await asyncio.sleep(PRUNE_EVERY_S)


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold the hub's folder: two processes would take each other's connection. A dead one holds nothing."""
    lock = os.open(home / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise OutboxError(f"{home} is in use: this hub runs already") from error
    finally:
        os.close(lock)


def _now() -> datetime:
    return datetime.now(UTC)
