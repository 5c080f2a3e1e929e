"""Storing what came in: readings, raw bytes, events, positions, quarantine and due work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection, AsyncCursor
from psycopg.errors import UniqueViolation
from psycopg.types.multirange import Int8Multirange
from psycopg.types.range import Range

from gateway.database import statements
from gateway.ingest import device_clocks
from gateway.ingest.rows import RAW_TYPES, READING_TYPES, Candidate, RecordIdentity

_SQL = statements.load(__name__)


class Fate(Enum):
    """What became of a reading."""

    STORED = "stored"
    BEFORE = "before"  # an earlier delivery stored it, with the same values
    CONFLICT = "conflict"  # another reading with other values holds its key


@dataclass(frozen=True)
class Rejected:
    """What goes to quarantine: some positions of a hub's run, or bytes of which no more is known."""

    received_at: datetime
    topic: str
    reason: str
    payload: bytes
    whole: bool = True  # the payload is a message; False: one reading of it
    batch_id: UUID | None = None
    epoch: int | None = None
    hub_run: int | None = None
    first_position: int | None = None
    last_position: int | None = None


async def wait_briefly(conn: AsyncConnection) -> None:
    """Have this transaction raise what LOCKED names where another holds on to what it writes."""
    await conn.execute(_SQL["wait_briefly"])


async def store_readings(conn: AsyncConnection, offered: Iterable[Candidate]) -> dict[RecordIdentity, Fate]:
    """Store what is new, with its raw bytes, and append what is due. Needs a transaction of the caller's."""
    candidates = list({candidate.identity: candidate for candidate in offered}.values())
    source_ids = sorted({candidate.identity.source_id for candidate in candidates})
    await conn.execute(_SQL["lock_sources"], {"source_ids": source_ids})
    measured = [candidate for candidate in candidates if candidate.reading.event is None]
    events = [candidate for candidate in candidates if candidate.reading.event is not None]
    twins = await device_clocks.twins(conn, measured)
    fates = await _add_measured(conn, [each for each in measured if each.identity not in twins])
    fates |= dict.fromkeys(twins, Fate.BEFORE)
    for candidate in events:
        fates[candidate.identity] = await _add_event(conn, candidate)
    stored = [candidate for candidate in candidates if fates[candidate.identity] is Fate.STORED]
    if stored:
        async with conn.cursor() as cursor:
            await _copy(cursor, "copy_raw", RAW_TYPES, (candidate.raw_row() for candidate in stored))
        await device_clocks.remember(conn, stored)
        await _append_due(conn, stored)
    return fates


async def account(
    conn: AsyncConnection,
    held: Mapping[int, Iterable[int]],
    fresh: Mapping[int, Iterable[int]],
    now: datetime,
) -> None:
    """Hold these positions of hubs' runs for accounted, runs in order of their numbers.

    `fresh`: those of readings that were never stored before. `now`: when the last of them arrived.
    """
    for hub_run in sorted(held):
        row = {
            "hub_run": hub_run,
            "held": _unbroken(held[hub_run]),
            "fresh": _unbroken(fresh.get(hub_run, ())),
            "now": now,
        }
        await conn.execute(_SQL["account"], row)


def _unbroken(positions: Iterable[int]) -> Int8Multirange:
    """The runs that positions make: a few, where one a position would take as long as the COPY."""
    held = set(positions)
    firsts = sorted(position for position in held if position - 1 not in held)
    lasts = sorted(position for position in held if position + 1 not in held)
    return Int8Multirange(Range(first, last + 1) for first, last in zip(firsts, lasts, strict=True))


async def quarantine(conn: AsyncConnection, rejected: Iterable[Rejected]) -> None:
    """Keep what cannot be used; what was kept before is not kept twice."""
    for each in rejected:
        await conn.execute(_SQL["quarantine"], vars(each))


async def _add_measured(conn: AsyncConnection, candidates: Sequence[Candidate]) -> dict[RecordIdentity, Fate]:
    if not candidates:
        return {}
    rows = [candidate.reading_row() for candidate in candidates]
    async with conn.cursor() as cursor:
        try:
            async with conn.transaction():
                await _copy(cursor, "copy_readings", READING_TYPES, rows)
        except UniqueViolation:
            return await _add_singly(cursor, candidates, rows)
    return {candidate.identity: Fate.STORED for candidate in candidates}


async def _add_singly(
    cursor: AsyncCursor, candidates: Sequence[Candidate], rows: Sequence[Sequence[Any]]
) -> dict[RecordIdentity, Fate]:
    await cursor.execute(_SQL["create_incoming"])
    await _copy(cursor, "copy_incoming", READING_TYPES, rows)
    stored = set(map(RecordIdentity._make, await (await cursor.execute(_SQL["insert_incoming"])).fetchall()))
    times = [candidate.reading.measured_at for candidate in candidates]
    bounds = {"first": min(times), "last": max(times)}
    same = set(
        map(RecordIdentity._make, await (await cursor.execute(_SQL["same_as_stored"], bounds)).fetchall())
    )

    def fate(identity: RecordIdentity) -> Fate:
        if identity in stored:
            return Fate.STORED
        return Fate.BEFORE if identity in same else Fate.CONFLICT

    return {candidate.identity: fate(candidate.identity) for candidate in candidates}


async def _add_event(conn: AsyncConnection, candidate: Candidate) -> Fate:
    row = candidate.event_row()
    if await (await conn.execute(_SQL["insert_event"], row)).fetchone():
        return Fate.STORED
    same = await (await conn.execute(_SQL["is_same_event"], row)).fetchone()
    return Fate.BEFORE if same == (True,) else Fate.CONFLICT


async def _copy(
    cursor: AsyncCursor, statement: str, types: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    async with cursor.copy(_SQL[statement]) as copy:
        copy.set_types(types)
        for row in rows:
            await copy.write_row(row)


async def _append_due(conn: AsyncConnection, stored: Sequence[Candidate]) -> None:
    sinces: dict[int, datetime] = {}
    for source_id, measured_at, *_ in (candidate.identity for candidate in stored):
        sinces[source_id] = min(measured_at, sinces.get(source_id, measured_at))
    row = {
        "source_ids": list(sinces),
        "sinces": list(sinces.values()),
        "now": max(each.received_at for each in stored),
    }
    await conn.execute(_SQL["append_due"], row)
