"""The role `canary`: send a reading of nobody as a hub does, and wait for its receipt.

It is always the same reading, at the same position: stored once, and "before" ever after. So it goes through
the broker, ingest and the database each time, and adds nothing.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from pydantic import ValidationError

from edge_agent.wire import topics
from edge_agent.wire.codes import ReadingKind
from edge_agent.wire.messages import Batch, Device, Quantity, Reading, Receipt
from edge_agent.wire.topics import Channel
from edge_agent.wire.vitals import Vital
from gateway.broker import Broker, header
from gateway.canary import canary as store
from gateway.clock import utc_now
from gateway.database.pool import Pool
from gateway.hubs.broker_access import hash_password
from gateway.loop import Chore, play
from gateway.resources import Resources

logger = logging.getLogger(__name__)

HUB: Final = "hearthbeat-canary"
WITHIN_S: Final = 30.0
"""Later than that a receipt does not count."""
RECEIVE_MAXIMUM: Final = 10
AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
READING: Final = Reading(
    reading_id=UUID("5f1a0f0e-0c2b-5d0f-9a55-b7a1f3a5c0de"),
    kind=ReadingKind.BODY_TEMPERATURE,
    device=Device(identifier=HUB),
    values={Vital.BODY_TEMPERATURE: Quantity(value=37.0, unit=Vital.BODY_TEMPERATURE.unit)},
    measured_at=AT,
    captured_at=AT,
    raw="00",
)
PAYLOAD: Final = Batch(readings=(READING,)).model_dump_json(exclude_defaults=True).encode()
POSITION: Final = dict.fromkeys(
    (topics.EPOCH_PROPERTY, topics.FIRST_POSITION_PROPERTY, topics.COUNT_PROPERTY), "1"
)


async def canary(resources: Resources, clock: Callable[[], datetime] = utc_now) -> None:
    """Send one every so often until the process stops."""
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(_watch(resources, clock)) if resources.settings.canary_s else None
        await resources.stop.wait()
        if watching is not None:
            watching.cancel()


async def _watch(resources: Resources, clock: Callable[[], datetime]) -> None:
    client_id = f"{HUB}-{uuid4().hex[:12]}"
    receipts = topics.topic(HUB, Channel.RECEIPTS)
    password_hash = hash_password(secrets.token_urlsafe(32))
    async with Broker(resources.settings.broker, client_id, [receipts], RECEIVE_MAXIMUM) as broker:

        async def send(now: datetime) -> None:
            await _send(resources.pool, broker, password_hash, now)

        chore = Chore("round-trip", send, resources.settings.canary_s)
        await play("canary", [chore], resources.pool, resources.stop, clock)


async def _send(pool: Pool, broker: Broker, password_hash: str, now: datetime) -> None:
    async with pool.connection() as conn:
        if await store.get(conn) is None:
            await store.begin(conn, HUB, password_hash, now)
    seconds = await _round_trip(broker, uuid4())
    if seconds is None:
        logger.error("canary_lost", extra={"within_s": WITHIN_S})
        return
    async with pool.connection() as conn:
        await store.keep(conn, seconds, now + timedelta(seconds=seconds))


async def _round_trip(broker: Broker, batch_id: UUID) -> float | None:
    """Seconds from sending it to its receipt; None if that does not come."""
    sent_at = asyncio.get_running_loop().time()
    topic = topics.topic(HUB, Channel.READINGS)
    broker.publish(topic, PAYLOAD, header(batch_id.bytes, POSITION))
    try:
        async with asyncio.timeout(WITHIN_S):
            while not _is_receipt(await _next(broker), batch_id):
                """Of another process, or of an earlier one."""
    except TimeoutError:
        return None
    return asyncio.get_running_loop().time() - sent_at


async def _next(broker: Broker) -> bytes:
    delivery = await broker.deliveries.get()
    broker.acknowledge(delivery)
    return delivery.payload


def _is_receipt(payload: bytes, batch_id: UUID) -> bool:
    try:
        receipt = Receipt.model_validate_json(payload)
    except ValidationError:
        return False
    return receipt.batch_id == batch_id and not receipt.quarantined
