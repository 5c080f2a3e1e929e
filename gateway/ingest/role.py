"""The role `ingest`: what hubs publish, into the database. Commit, acknowledge, then send the receipt."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

from edge_agent.wire import topics
from edge_agent.wire.messages import Receipt
from edge_agent.wire.topics import Channel
from gateway.ingest.batch import store_each
from gateway.ingest.hubs_word import keep
from gateway.ingest.opening import open_message
from gateway.metrics import Metric, Metrics
from gateway.mqtt import Broker, Delivery
from gateway.resources import Resources
from gateway.store.pool import DATABASE_AWAY
from gateway.store.registry import Registry

logger = logging.getLogger(__name__)

GROUP = "ingest"
RECEIVE_MAXIMUM = 200
"""Messages held without acknowledgement on one connection: the memory while the database is away."""
MOST_MESSAGES = 100
GATHER_S = 0.02
"""How long a batch waits for more messages once it has one."""
RETRY_S = 1.0
AWAY_S = 30.0
"""Without the database for so long, the connection is given up so that another process gets the messages."""

Handler = Callable[[Broker, Sequence[Delivery]], Awaitable[None]]


async def ingest(resources: Resources) -> None:
    """Take readings, backlog and status in, each on a connection of its own, until the process stops."""
    registry = Registry()
    store = partial(_store, resources, registry)
    async with asyncio.TaskGroup() as group:
        for channel in (Channel.READINGS, Channel.BACKLOG):
            group.create_task(_serve(resources, channel, topics.shared(GROUP, channel), store))
        status = topics.every_hub(Channel.STATUS)
        group.create_task(_serve(resources, Channel.STATUS, status, partial(keep, resources.pool, {})))


async def _serve(resources: Resources, channel: Channel, subscription: str, handle: Handler) -> None:
    client_id = f"hearthbeat-{channel}-{uuid4().hex[:12]}"
    resources.brokers[channel] = None
    while not resources.stop.is_set():
        async with Broker(resources.settings.broker, client_id, [subscription], RECEIVE_MAXIMUM) as broker:
            resources.brokers[channel] = broker
            await _consume(resources.stop, broker, handle)
        resources.brokers[channel] = None
        while not resources.stop.is_set() and not await _is_database_back(resources):
            await _pause(resources.stop, RETRY_S)


async def _consume(stop: asyncio.Event, broker: Broker, handle: Handler) -> None:
    """Handle deliveries until the process stops or the database has been away for AWAY_S."""
    stopping = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            first = asyncio.create_task(broker.deliveries.get())
            await asyncio.wait({first, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not first.done():
                first.cancel()
                return
            deliveries = [first.result(), *await _more(broker)]
            if not await _insist(stop, partial(handle, broker, deliveries)):
                return
    finally:
        stopping.cancel()


async def _more(broker: Broker) -> list[Delivery]:
    if broker.deliveries.qsize() < MOST_MESSAGES - 1:
        await asyncio.sleep(GATHER_S)
    waiting = min(broker.deliveries.qsize(), MOST_MESSAGES - 1)
    return [broker.deliveries.get_nowait() for _ in range(waiting)]


async def _insist(stop: asyncio.Event, work: Callable[[], Awaitable[None]]) -> bool:
    """Do the work, again while the database is away. False: given up; the broker will deliver it again."""
    deadline = asyncio.get_running_loop().time() + AWAY_S
    while True:
        try:
            await work()
        except DATABASE_AWAY as error:
            logger.warning("database_away", extra={"error": type(error).__name__})
            if stop.is_set() or asyncio.get_running_loop().time() > deadline:
                return False
            await _pause(stop, RETRY_S)
        else:
            return True


async def _store(
    resources: Resources, registry: Registry, broker: Broker, deliveries: Sequence[Delivery]
) -> None:
    now = datetime.now(UTC)
    messages = [
        open_message(each.topic, each.payload, each.correlation, each.properties, now) for each in deliveries
    ]
    receipts = await store_each(resources.pool, registry, messages, now)
    for delivery in deliveries:
        broker.acknowledge(delivery)
    for hub, receipt in receipts:
        broker.publish(topics.topic(hub, Channel.RECEIPTS), receipt.model_dump_json().encode())
    _count(resources.metrics, len(messages), [receipt for _, receipt in receipts])
    resources.metrics.took((datetime.now(UTC) - now).total_seconds())


def _count(metrics: Metrics, messages: int, receipts: Sequence[Receipt]) -> None:
    metrics.count(Metric.RECEIVED, messages)
    metrics.count(Metric.RECEIPTS, len(receipts))
    for receipt in receipts:
        metrics.count(Metric.POSITIONS, len(receipt.stored), outcome="stored")
        metrics.count(Metric.POSITIONS, len(receipt.before), outcome="before")
        metrics.count(Metric.POSITIONS, len(receipt.quarantined), outcome="quarantined")


async def _is_database_back(resources: Resources) -> bool:
    try:
        async with resources.pool.connection(timeout=RETRY_S):
            return True
    except DATABASE_AWAY:
        return False


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
