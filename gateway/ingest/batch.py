"""One batch of messages into the database, and the receipts that may be sent once it is committed."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from edge_agent.wire.messages import Quarantined, Receipt
from gateway.ingest.opening import Opened, Refused, Unopened
from gateway.store.connection import Connection
from gateway.store.ingest import Fate, Rejected, account, quarantine, store_readings
from gateway.store.pool import DATABASE_AWAY, REFUSED, Pool, refusal
from gateway.store.registry import Hub, Registry
from gateway.store.rows import Candidate

logger = logging.getLogger(__name__)

_CONFLICT = "another reading of this source and moment has other values"
STRAY = "nobody has enrolled this hub"
CROWDED = "a new device, and its hub has named more than a hub may"


@dataclass(slots=True)
class _Entry:
    """What is written for one position or, where a message is refused whole, for all of its positions."""

    message: Opened
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
        await conn.commit()
        entries = [entry for _, each in opened for entry in each]
        await _store(conn, entries)
    counts = {"messages": len(messages), "positions": len(entries), "strays": len(strays)}
    logger.info("batch_stored", extra=counts)
    return [(message.hub, _receipt(message, each)) for message, each in opened]


async def _entries(
    conn: Connection, registry: Registry, hub: Hub, message: Opened, now: datetime
) -> list[_Entry]:
    run = await registry.run(conn, hub, message.header.epoch)

    def refused(content: Refused, position: int | None = None) -> _Entry:
        rejected = _refused(message, content.reason, content.payload, now, run=run, position=position)
        return _Entry(message, rejected)

    if isinstance(message.content, Refused):
        return [refused(message.content)]
    entries = []
    for position, content in enumerate(message.content, start=message.header.first_position):
        if isinstance(content, Refused):
            entries.append(refused(content, position))
            continue
        source_id = registry.known_source(hub, content.device, content.user)
        if source_id is None:
            source_id = await registry.source(conn, hub, content.device, content.user)
        if source_id is None:
            entries.append(refused(Refused(CROWDED, content.model_dump_json().encode()), position))
            continue
        candidate = Candidate.of(
            content, hub_run=run, position=position, source_id=source_id, received_at=now
        )
        entries.append(_Entry(message, candidate))
    return entries


async def _store(conn: Connection, entries: Sequence[_Entry]) -> None:
    """Commit the entries; where the database refuses them, divide until the one it refuses is alone."""
    if not entries:
        return
    try:
        await _commit(conn, entries)
    except REFUSED as error:
        if len(entries) == 1:
            entries[0].content = _rejected(entries[0], refusal(error))
            await _commit(conn, entries)
        else:
            middle = len(entries) // 2
            await _store(conn, entries[:middle])
            await _store(conn, entries[middle:])


async def _commit(conn: Connection, entries: Sequence[_Entry]) -> None:
    async with conn.transaction():
        fates = await store_readings(
            conn, [entry.content for entry in entries if isinstance(entry.content, Candidate)]
        )
        held, fresh = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
        rejected = []
        for entry in entries:
            content = entry.content
            if isinstance(content, Rejected):
                rejected.append(content)
                held[_run(content)] += _positions(content)
                continue
            entry.fate = fates[content.identity]
            held[content.identity.hub_run].append(content.identity.position)
            if entry.fate is Fate.STORED:
                fresh[content.identity.hub_run].append(content.identity.position)
            elif entry.fate is Fate.CONFLICT:
                rejected.append(_rejected(entry, _CONFLICT))
        await quarantine(conn, rejected)
        await account(conn, held, fresh)


def _run(rejected: Rejected) -> int:
    if rejected.hub_run is None:
        raise ValueError("an entry belongs to a hub's run")
    return rejected.hub_run


def _positions(content: Candidate | Rejected) -> Sequence[int]:
    if isinstance(content, Candidate):
        return (content.identity.position,)
    if content.first_position is None or content.last_position is None:
        raise ValueError("an entry has positions")
    return range(content.first_position, content.last_position + 1)


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
        run=candidate.identity.hub_run,
        position=candidate.identity.position,
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
        return tuple(
            position for entry in entries if entry.fate is fate for position in _positions(entry.content)
        )

    quarantined = tuple(
        Quarantined(position=position, reason=reason)
        for entry in entries
        if (reason := _reason(entry)) is not None
        for position in _positions(entry.content)
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
