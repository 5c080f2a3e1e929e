"""One batch of messages into the database, and the receipts that may be sent once it is committed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from edge_agent.wire.messages import Quarantined, Receipt
from gateway.database.connection import Connection
from gateway.database.pool import Pool
from gateway.faults import Item, ItemKind
from gateway.hubs.registry import RegisteredHub, Registry
from gateway.ingest.commit import CONFLICT, Entry, positions, refused, store_by_age
from gateway.ingest.message import Message, Rejection, UnreadableMessage
from gateway.ingest.rows import Candidate
from gateway.ingest.store import Fate, Rejected, quarantine
from gateway.logs import kind_of
from gateway.loop import OF_ITEMS, divide, set_aside

logger = logging.getLogger(__name__)

ROLE = "ingest"
UNENROLLED = "nobody has enrolled this hub"
INVENTED = "its hub has begun more epochs than a hub may"
CROWDED = "a new device, and its hub has named more than a hub may"


async def store_each(
    pool: Pool, registry: Registry, messages: Sequence[Message | UnreadableMessage], now: datetime
) -> list[tuple[str, Receipt]]:
    """`store_batch`; should a message fail for a fault of ours, it alone is set aside, without a receipt."""
    receipts: list[tuple[str, Receipt]] = []

    async def store(some: Sequence[Message | UnreadableMessage]) -> None:
        receipts.extend(await store_batch(pool, registry, some, now))

    async def alone(message: Message | UnreadableMessage, fault: Exception) -> None:
        rejected = _faulty(message, f"a fault of ours: {kind_of(fault)}", now)
        await quarantine_or_leave(pool, rejected, now)

    await divide(messages, store, alone)
    return receipts


async def quarantine_or_leave(pool: Pool, rejected: Rejected, now: datetime) -> None:
    """Keep what is rejected; where not even that can be done say so: its hub has it, and sends it again."""

    async def put(some: Sequence[Rejected]) -> None:
        async with pool.connection() as conn:
            await quarantine(conn, some)

    async def leave(_: Rejected, fault: Exception) -> None:
        item = Item(ROLE, ItemKind.MESSAGE, rejected.topic)
        await set_aside(pool, item, OF_ITEMS, now, fault)

    await divide([rejected], put, leave)


def _faulty(message: Message | UnreadableMessage, reason: str, now: datetime) -> Rejected:
    if isinstance(message, UnreadableMessage):
        return Rejected(now, message.topic, reason, message.refused.payload)
    return Rejected(now, message.topic, reason, message.payload, batch_id=message.header.batch_id)


async def store_batch(
    pool: Pool, registry: Registry, messages: Sequence[Message | UnreadableMessage], now: datetime
) -> list[tuple[str, Receipt]]:
    """Commit the messages and return a receipt for each that has positions, with its hub's name.

    One whose old readings lie where the database is being rewritten gets none: its hub sends it again. Of
    those of a hub that invents epochs nothing is kept but that there are some: they stay with the hub.
    Raises what `is_away` knows when the database cannot be reached: then nothing is certain, and all
    of it is to be stored again.
    """
    unenrolled: list[Rejected] = []
    opened: list[tuple[Message, list[Entry]]] = []
    async with pool.connection() as conn:
        for message in messages:
            if isinstance(message, UnreadableMessage):
                reason, payload = message.refused.reason, message.refused.payload
                unenrolled.append(Rejected(now, message.topic, reason, payload))
            elif (hub := await registry.hub(conn, message.hub)) is None:
                unenrolled.append(refused(message, UNENROLLED, message.payload, now))
            elif (new := await _entries(conn, registry, hub, message, now)) is None:
                unenrolled.append(Rejected(now, message.topic, INVENTED, b""))
            else:
                opened.append((message, new))
        await quarantine(conn, unenrolled)
        await conn.commit()
        entries = [entry for _, each in opened for entry in each]
        postponed = await store_by_age(conn, entries, now)
    counts = {"messages": len(messages), "positions": len(entries), "strays": len(unenrolled)}
    logger.info("batch_stored", extra=counts)
    return [
        (message.hub, _receipt(message, each))
        for message, each in opened
        if message.header.batch_id not in postponed
    ]


async def _entries(
    conn: Connection, registry: Registry, hub: RegisteredHub, message: Message, now: datetime
) -> list[Entry] | None:
    """What is to be written; None: of an epoch too many."""
    run = await registry.run(conn, hub, message.header.epoch)
    if run is None:
        return None

    def unusable(content: Rejection, position: int | None = None) -> Entry:
        rejected = refused(message, content.reason, content.payload, now, run=run, position=position)
        return Entry(message, rejected)

    if isinstance(message.content, Rejection):
        return [unusable(message.content)]
    entries = []
    for position, content in enumerate(message.content, start=message.header.first_position):
        if isinstance(content, Rejection):
            entries.append(unusable(content, position))
            continue
        source_id = registry.known_source(hub, content.device, content.user)
        if source_id is None:
            source_id = await registry.source(conn, hub, content.device, content.user)
        if source_id is None:
            entries.append(unusable(Rejection(CROWDED, content.model_dump_json().encode()), position))
            continue
        candidate = Candidate.of(
            content, hub_run=run, position=position, source_id=source_id, received_at=now
        )
        entries.append(Entry(message, candidate))
    return entries


def _receipt(message: Message, entries: Sequence[Entry]) -> Receipt:
    def those(fate: Fate) -> tuple[int, ...]:
        return tuple(
            position for entry in entries if entry.fate is fate for position in positions(entry.content)
        )

    quarantined = tuple(
        Quarantined(position=position, reason=reason)
        for entry in entries
        if (reason := _reason(entry)) is not None
        for position in positions(entry.content)
    )
    return Receipt(
        batch_id=message.header.batch_id,
        epoch=message.header.epoch,
        stored=those(Fate.STORED),
        before=those(Fate.BEFORE),
        quarantined=quarantined,
    )


def _reason(entry: Entry) -> str | None:
    if isinstance(entry.content, Rejected):
        return entry.content.reason
    return CONFLICT if entry.fate is Fate.CONFLICT else None
