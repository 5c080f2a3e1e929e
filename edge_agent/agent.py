"""The hub at work: what is opened, in which order, and how it ends."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from edge_agent.bluetooth import Collector, Hub, RadioLock
from edge_agent.hub_clock import HubClock
from edge_agent.hub_lock import hold_lock
from edge_agent.outbox import Outbox, OutboxFull
from edge_agent.page import Page, open_page
from edge_agent.publisher import Broker, HubHealth, Publisher
from edge_agent.settings import Settings
from edge_agent.storage import LOOK_EVERY_S, Disk, open_outbox, problems

logger = logging.getLogger(__name__)

PRUNE_EVERY_S: Final = 3600.0


async def run(settings: Settings) -> None:
    """Read devices and send what they say until SIGTERM or SIGINT.

    Raises SettingsError, HubRuns, OutboxError; an exception group when a part of it fails.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    broker = Broker(settings.broker_host, settings.broker_port, settings.password())
    hub_clock = settings.hub_clock()
    disk = Disk(settings.home)
    with hold_lock(settings.home), open_outbox(settings.outbox, hub_clock) as outbox:
        hub = Hub(settings.hub, settings.zone, hub_clock, settings.set_device_clocks)
        collector = Collector(hub, outbox, RadioLock(settings.home))

        def health() -> HubHealth:
            return HubHealth(
                devices=collector.devices(),
                clock_synchronised=hub_clock.moment().is_known,
                problems=problems(settings.outbox, disk),
            )

        publisher = Publisher(
            *(settings.hub, broker, outbox), health=health, receipt_within_s=settings.receipt_within_s
        )
        page = Page(outbox, health, settings.zone, settings.due, now=_now)
        async with publisher, open_page(page, settings.page), asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(_read(collector, disk, publisher.wake)),
                group.create_task(_number(outbox, settings, publisher.wake)),
                group.create_task(_prune(outbox, hub_clock)),
            ]
            await stop.wait()
            for task in tasks:
                task.cancel()


async def _read(collector: Collector, disk: Disk, stored: Callable[[], None]) -> None:
    """Read devices while there is room for what they say. Until there is, they keep it themselves."""
    while True:
        if not disk.has_room:
            logger.error("disk_low devices_are_not_read=true")
        await disk.until(has_room=True)
        try:
            async with asyncio.TaskGroup() as group:
                reading = group.create_task(collector.run(stored))
                await disk.until(has_room=False)
                reading.cancel()
        except* OutboxFull:
            logger.warning("disk_full again_in_s=%g", LOOK_EVERY_S)
            await asyncio.sleep(LOOK_EVERY_S)


async def _number(outbox: Outbox, settings: Settings, numbered: Callable[[], None]) -> None:
    """Give what waits for the time its positions as soon as the time is known."""
    while True:
        try:
            if count := outbox.number(settings.hub, settings.zone):
                logger.info("readings_numbered hub=%s count=%d", settings.hub, count)
                numbered()
        except OutboxFull:
            logger.warning("not_numbered hub=%s reason=disk_full", settings.hub)
        await asyncio.sleep(LOOK_EVERY_S)


async def _prune(outbox: Outbox, hub_clock: HubClock) -> None:
    while True:
        now = hub_clock.moment()
        if now.is_known:  # by a clock that ran ahead, everything would be old
            try:
                outbox.prune(now.at)
            except OutboxFull:
                logger.warning("not_pruned reason=disk_full")
        await asyncio.sleep(PRUNE_EVERY_S)


def _now() -> datetime:
    return datetime.now(UTC)
