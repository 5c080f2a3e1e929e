"""The entries of a batch into the database: old ones by themselves, and one that is refused alone."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gateway.database.connection import Connection
from gateway.database.pool import LOCKED, REFUSED, refusal
from gateway.ingest.message import Message
from gateway.ingest.rows import Candidate
from gateway.ingest.store import Fate, Rejected, account, quarantine, store_readings, wait_briefly

logger = logging.getLogger(__name__)

SETTLED_AFTER = timedelta(days=35)
"""Older readings lie where the columnstore may be rewriting a month at a time (`make_columnstore`)."""
CONFLICT = "another reading of this source and moment has other values"


@dataclass(slots=True)
class Entry:
    """What is written for one position or, where a message is refused whole, for all of its positions."""

    message: Message
    content: Candidate | Rejected
    fate: Fate | None = None  # of a candidate, once it is committed


async def store_by_age(conn: Connection, entries: Sequence[Entry], now: datetime) -> set[UUID]:
    """Commit the entries, old ones by themselves, so that only they wait for the columnstore.

    Returns the batches whose old readings could not be written for now.
    """
    settled = now - SETTLED_AFTER
    old: list[Entry] = []
    others: list[Entry] = []
    for entry in entries:
        (old if _is_measured_before(settled, entry) else others).append(entry)
    await _store(conn, others)
    try:
        await _store(conn, old, briefly=True)
    except LOCKED:
        logger.warning("old_readings_postponed", extra={"positions": len(old)})
        return {entry.message.header.batch_id for entry in old}
    return set()


def _is_measured_before(time: datetime, entry: Entry) -> bool:
    return isinstance(entry.content, Candidate) and entry.content.identity.measured_at < time


async def _store(conn: Connection, entries: Sequence[Entry], *, briefly: bool = False) -> None:
    """Commit the entries; where the database refuses them, divide until the one it refuses is alone."""
    if not entries:
        return
    try:
        await _commit(conn, entries, briefly=briefly)
    except REFUSED as error:
        if len(entries) == 1:
            entries[0].content = _rejected(entries[0], refusal(error))
            await _commit(conn, entries, briefly=briefly)
        else:
            middle = len(entries) // 2
            await _store(conn, entries[:middle], briefly=briefly)
            await _store(conn, entries[middle:], briefly=briefly)


async def _commit(conn: Connection, entries: Sequence[Entry], *, briefly: bool) -> None:
    async with conn.transaction():
        if briefly:
            await wait_briefly(conn)
        fates = await store_readings(
            conn, [entry.content for entry in entries if isinstance(entry.content, Candidate)]
        )
        held, fresh = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
        rejected = []
        for entry in entries:
            content = entry.content
            if isinstance(content, Rejected):
                rejected.append(content)
                held[_run(content)] += positions(content)
                continue
            entry.fate = fates[content.identity]
            held[content.identity.hub_run].append(content.identity.position)
            if entry.fate is Fate.STORED:
                fresh[content.identity.hub_run].append(content.identity.position)
            elif entry.fate is Fate.CONFLICT:
                rejected.append(_rejected(entry, CONFLICT))
        await quarantine(conn, rejected)
        await account(conn, held, fresh, max(entry.content.received_at for entry in entries))


def _run(rejected: Rejected) -> int:
    if rejected.hub_run is None:
        raise ValueError("an entry belongs to a hub's run")
    return rejected.hub_run


def positions(content: Candidate | Rejected) -> Sequence[int]:
    if isinstance(content, Candidate):
        return (content.identity.position,)
    if content.first_position is None or content.last_position is None:
        raise ValueError("an entry has positions")
    return range(content.first_position, content.last_position + 1)


def _rejected(entry: Entry, reason: str) -> Rejected:
    if isinstance(entry.content, Rejected):
        return entry.content
    candidate = entry.content
    payload = candidate.reading.model_dump_json().encode()
    return refused(
        entry.message,
        reason,
        payload,
        candidate.received_at,
        run=candidate.identity.hub_run,
        position=candidate.identity.position,
    )


def refused(
    message: Message,
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
