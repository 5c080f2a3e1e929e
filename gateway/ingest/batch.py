"""One batch of messages into the database, and the receipts that may be sent once it is committed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from edge_agent.wire.messages import Quarantined, Reading, Receipt
from gateway.ingest.opening import Opened, Refused, Unopened
from gateway.store.connection import Connection
from gateway.store.ingest import Fate, Rejected, account, quarantine, store_readings
from gateway.store.pool import DATABASE_AWAY, REFUSED, Pool, refusal
from gateway.store.registry import Hub, Registry
from gateway.store.rows import Candidate

logger = logging.getLogger(__name__)

_CONFLICT = "another reading of this source and moment has other values"
STRAY = "nobody has enrolled this hub"


@dataclass
class _Entry:
    """What is written for one position or, where a message is refused whole, for all of its positions."""

    message: Opened
    positions: range
    content: Candidate | Rejected
    fate: Fate | None = None  # of a candidate, once it is committed


async def store_each(
    pool: Pool, registry: Registry, messages: Sequence[Opened | Unopened], now: datetime
) -> list[tuple[str, Receipt]]:
    """`store_batch`; should a message fail for a fault of ours, it alone is set aside, without a receipt."""
    try:
        return await store_batch(pool, registry, messages, now)
    except DATABASE_AWAY:
        raise
    except Exception as fault:
        logger.exception("batch_failed", extra={"messages": len(messages)})
        if len(messages) > 1:
            return [receipt for each in messages for receipt in await store_each(pool, registry, [each], now)]
        async with pool.connection() as conn:
            await quarantine(conn, [_faulty(messages[0], f"a fault of ours: {type(fault).__name__}", now)])
        return []


def _faulty(message: Opened | Unopened, reason: str, now: datetime) -> Rejected:
    if isinstance(message, Unopened):
        return Rejected(now, message.topic, reason, message.refused.payload)
    return Rejected(now, message.topic, reason, message.payload, batch_id=message.header.batch_id)


async def store_batch(
    pool: Pool, registry: Registry, messages: Sequence[Opened | Unopened], now: datetime
) -> list[tuple[str, Receipt]]:
    """Commit the messages and return a receipt for each that has positions, with its hub's name.

    Raises what DATABASE_AWAY names when the database cannot be reached: then nothing is certain, and all
    of it is to be stored again.
    """
    strays: list[Rejected] = []
    opened: list[tuple[Opened, list[_Entry]]] = []
    async with pool.connection() as conn:
        for message in messages:
            if isinstance(message, Unopened):
                refused = message.refused
                strays.append(Rejected(now, message.topic, refused.reason, refused.payload))
            elif (hub := await registry.hub(conn, message.hub)) is None:
                strays.append(_refused(message, STRAY, message.payload, now))
            else:
                opened.append((message, await _entries(conn, registry, hub, message, now)))
        await quarantine(conn, strays)
    entries = [entry for _, each in opened for entry in each]
    await _store(pool, entries)
    counts = {"messages": len(messages), "positions": len(entries), "strays": len(strays)}
    logger.info("batch_stored", extra=counts)
    return [(message.hub, _receipt(message, each)) for message, each in opened]


async def _entries(
    conn: Connection, registry: Registry, hub: Hub, message: Opened, now: datetime
) -> list[_Entry]:
    header = message.header
    run = await registry.run(conn, hub, header.epoch)

    def entry(refused: Refused, position: int | None = None) -> _Entry:
        rejected = _refused(message, refused.reason, refused.payload, now, run=run, position=position)
        return _Entry(message, positions if position is None else range(position, position + 1), rejected)

    positions = range(header.first_position, header.last_position + 1)
    if isinstance(message.content, Refused):
        return [entry(message.content)]
    entries = []
    for item in message.content:
        if isinstance(item.content, Reading):
            source = await registry.source(conn, hub, item.content.device, item.content.user)
            candidate = Candidate(item.content, run, item.position, source, now)
            entries.append(_Entry(message, range(item.position, item.position + 1), candidate))
        else:
            entries.append(entry(item.content, item.position))
    return entries


async def _store(pool: Pool, entries: Sequence[_Entry]) -> None:
    """Commit the entries; where the database refuses them, divide until the one it refuses is alone."""
    if not entries:
        return
    try:
        await _commit(pool, entries)
    except REFUSED as error:
        if len(entries) == 1:
            entries[0].content = _rejected(entries[0], refusal(error))
            await _commit(pool, entries)
        else:
            middle = len(entries) // 2
            await _store(pool, entries[:middle])
            await _store(pool, entries[middle:])


async def _commit(pool: Pool, entries: Sequence[_Entry]) -> None:
    async with pool.connection() as conn, conn.transaction():
        fates = await store_readings(
            conn, (entry.content for entry in entries if isinstance(entry.content, Candidate))
        )
        for entry in entries:
            if isinstance(entry.content, Candidate):
                entry.fate = fates[entry.content.identity]
        rejected = [entry.content for entry in entries if isinstance(entry.content, Rejected)]
        conflicts = [_rejected(entry, _CONFLICT) for entry in entries if entry.fate is Fate.CONFLICT]
        await quarantine(conn, rejected + conflicts)
        places = {(_run(entry), position): entry for entry in entries for position in entry.positions}
        fresh = {place for place, entry in places.items() if entry.fate is Fate.STORED}
        await account(conn, places, fresh)


def _run(entry: _Entry) -> int:
    if entry.content.hub_run is None:
        raise ValueError("an entry belongs to a hub's run")
    return entry.content.hub_run


def _rejected(entry: _Entry, reason: str) -> Rejected:
    if isinstance(entry.content, Rejected):
        return entry.content
    candidate = entry.content
    payload = candidate.reading.model_dump_json().encode()
    return _refused(
        entry.message,
        reason,
        payload,
        candidate.received_at,
        run=candidate.hub_run,
        position=candidate.position,
    )


def _refused(
    message: Opened,
    reason: str,
    payload: bytes,
    now: datetime,
    *,
    run: int | None = None,
    position: int | None = None,
) -> Rejected:
    """Why the message, or the reading at one position of it, goes to quarantine."""
    header = message.header
    return Rejected(
        now,
        message.topic,
        reason,
        payload,
        whole=position is None,
        batch_id=header.batch_id,
        epoch=header.epoch,
        hub_run=run,
        first_position=header.first_position if position is None else position,
        last_position=header.last_position if position is None else position,
    )


def _receipt(message: Opened, entries: Sequence[_Entry]) -> Receipt:
    def positions(fate: Fate) -> tuple[int, ...]:
        return tuple(position for entry in entries if entry.fate is fate for position in entry.positions)

    quarantined = tuple(
        Quarantined(position=position, reason=reason)
        for entry in entries
        if (reason := _reason(entry)) is not None
        for position in entry.positions
    )
    return Receipt(
        batch_id=message.header.batch_id,
        epoch=message.header.epoch,
        stored=positions(Fate.STORED),
        before=positions(Fate.BEFORE),
        quarantined=quarantined,
    )


def _reason(entry: _Entry) -> str | None:
    if isinstance(entry.content, Rejected):
        return entry.content.reason
    return _CONFLICT if entry.fate is Fate.CONFLICT else None
