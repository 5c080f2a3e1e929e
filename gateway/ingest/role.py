"""The role `ingest`: what hubs publish, into the database. Commit, acknowledge, then send the receipt."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar
from uuid import uuid4

from edge_agent.wire import topics
from edge_agent.wire.messages import Receipt
from edge_agent.wire.topics import Channel
from gateway.broker import Broker, Delivery
from gateway.clock import utc_now
from gateway.database.pool import DATABASE_AWAY, is_away
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_each
from gateway.ingest.hub_status import Unanswered, keep
from gateway.ingest.message import Message, Rejection, UnreadableMessage, read_message
from gateway.logs import kind_of
from gateway.loop import RETRY_S, pause
from gateway.metrics import Metric, Metrics
from gateway.resources import Resources

logger = logging.getLogger(__name__)

RECEIVE_MAXIMUM = 200
"""Messages held without acknowledgement on one connection: the memory while the database is away."""
MOST_MESSAGES = 100
AWAY_S = 30.0
"""Without the database for so long, the connection is given up so that another process gets the messages."""

T = TypeVar("T")


@dataclass(frozen=True)
class _Taken:
    """A delivery, and the message that it is."""

    delivery: Delivery
    message: Message | UnreadableMessage


async def ingest(resources: Resources, clock: Callable[[], datetime] = utc_now) -> None:
    """Take readings, backlog and status in, each on a connection of its own, until the process stops."""
    registry = Registry()
    async with asyncio.TaskGroup() as group:
        for channel in (Channel.READINGS, Channel.BACKLOG):
            subscription = topics.shared(resources.settings.broker.share_group(), channel)
            group.create_task(
                _serve(resources, channel, subscription, partial(_take_in, resources, registry, clock))
            )
        hear = partial(_receive, resources, {}, clock)
        group.create_task(_serve(resources, Channel.STATUS, topics.every_hub(Channel.STATUS), hear))


async def _serve(
    resources: Resources, channel: Channel, subscription: str, consume: Callable[[Broker], Awaitable[None]]
) -> None:
    client_id = f"hearthbeat-{channel}-{uuid4().hex[:12]}"
    resources.brokers[channel] = None
    while not resources.stop.is_set():
        async with Broker(resources.settings.broker, client_id, [subscription], RECEIVE_MAXIMUM) as broker:
            resources.brokers[channel] = broker
            await consume(broker)
        resources.brokers[channel] = None
        while not resources.stop.is_set() and not await _is_database_back(resources):
            await pause(resources.stop, RETRY_S)


async def _receive(
    resources: Resources, unanswered: Unanswered, clock: Callable[[], datetime], broker: Broker
) -> None:
    async def hear(deliveries: Sequence[Delivery]) -> None:
        await keep(resources.pool, unanswered, broker, deliveries, clock())

    await _consume(resources.stop, broker.deliveries, hear)


async def _take_in(
    resources: Resources, registry: Registry, clock: Callable[[], datetime], broker: Broker
) -> None:
    """Open messages while the database stores those before."""
    opened: asyncio.Queue[_Taken] = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        opening = group.create_task(_open(broker.deliveries, opened, clock))
        await _consume(resources.stop, opened, partial(_store, resources, registry, clock, broker))
        opening.cancel()


async def _open(
    deliveries: asyncio.Queue[Delivery], opened: asyncio.Queue[_Taken], clock: Callable[[], datetime]
) -> None:
    while True:
        each = await deliveries.get()
        opened.put_nowait(_Taken(each, _opened(each, clock())))
        await asyncio.sleep(0)  # the database's answers go first


def _opened(each: Delivery, now: datetime) -> Message | UnreadableMessage:
    try:
        return read_message(each.topic, each.payload, each.correlation, each.properties, now)
    except Exception as fault:
        logger.exception("not_opened")
        return UnreadableMessage(each.topic, Rejection(f"a fault of ours: {kind_of(fault)}", each.payload))


async def _consume(
    stop: asyncio.Event, waiting: asyncio.Queue[T], handle: Callable[[Sequence[T]], Awaitable[None]]
) -> None:
    """Handle what waits, all of it at a time, until the process stops or the database is away for long."""
    stopping = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            first = asyncio.create_task(waiting.get())
            await asyncio.wait({first, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not first.done():
                first.cancel()
                return
            more = min(waiting.qsize(), MOST_MESSAGES - 1)
            batch = [first.result(), *(waiting.get_nowait() for _ in range(more))]
            if not await _insist(stop, partial(handle, batch)):
                return
    finally:
        stopping.cancel()


async def _insist(stop: asyncio.Event, work: Callable[[], Awaitable[None]]) -> bool:
    """Do the work, again while the database is away. False: given up; the broker will deliver it again."""
    deadline = asyncio.get_running_loop().time() + AWAY_S
    while True:
        try:
            await work()
        except Exception as error:
            if not is_away(error):
                raise
            logger.warning("database_away", extra={"error": kind_of(error)})
            if stop.is_set() or asyncio.get_running_loop().time() > deadline:
                return False
            await pause(stop, RETRY_S)
        else:
            return True


async def _store(
    resources: Resources,
    registry: Registry,
    clock: Callable[[], datetime],
    broker: Broker,
    batch: Sequence[_Taken],
) -> None:
    passed_s = asyncio.get_running_loop().time
    began_s = passed_s()
    receipts = await store_each(resources.pool, registry, [each.message for each in batch], clock())
    for each in batch:
        broker.acknowledge(each.delivery)
    for hub, receipt in receipts:
        broker.publish(topics.topic(hub, Channel.RECEIPTS), receipt.model_dump_json().encode())
    _count(resources.metrics, len(batch), [receipt for _, receipt in receipts])
    resources.metrics.took(passed_s() - began_s)


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
