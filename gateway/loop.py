"""The one loop of the roles: what a role does again and again, and what a bad item costs: itself alone."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from gateway import faults
from gateway.clock import utc_now
from gateway.database.connection import Connection
from gateway.database.pool import BeginAgain, Pool, is_at_fault, is_away
from gateway.faults import Item, ItemKind, Rest
from gateway.logs import kind_of

logger = logging.getLogger(__name__)

RETRY_S = 1.0
"""How soon the database is looked for again."""
OF_CHORES = Rest(timedelta(seconds=1), timedelta(minutes=1))
OF_ITEMS = Rest(timedelta(minutes=1), timedelta(minutes=15))

T = TypeVar("T")
K = TypeVar("K", int, UUID)


@dataclass(frozen=True)
class Chore:
    """One thing that a role does again and again. `work` answers whether there is more of it at once."""

    name: str
    work: Callable[[datetime], Awaitable[object]]
    every_s: float


@dataclass
class _Turn:
    """When a chore's turn is; `is_doubtful` until it has gone well once, and after it has not."""

    chore: Chore
    at_s: float
    is_doubtful: bool = True


async def play(
    role: str,
    chores: Sequence[Chore],
    pool: Pool,
    stop: asyncio.Event,
    clock: Callable[[], datetime] = utc_now,
) -> None:
    """Do each chore at its turn until the process stops, whatever becomes of the others."""
    passed_s = asyncio.get_running_loop().time  # goes on where the clock is set back
    turns = [_Turn(chore, passed_s()) for chore in chores]
    while not stop.is_set():
        for turn in turns:
            if turn.at_s <= passed_s():
                turn.at_s = await _take(role, turn, pool, clock()) + passed_s()
        await pause(stop, min(turn.at_s for turn in turns) - passed_s())


async def _take(role: str, turn: _Turn, pool: Pool, now: datetime) -> float:
    """Do it; for how many seconds it rests then."""
    item = Item(role, ItemKind.CHORE, turn.chore.name)
    try:
        is_more = await turn.chore.work(now)
        if turn.is_doubtful:
            async with pool.connection() as conn:
                await faults.well(conn, role, item.kind, [item.key])
    except BeginAgain:
        return 0.0
    except Exception as fault:
        turn.is_doubtful = True
        if not is_away(fault):
            logger.exception("chore_failed", extra={"role": role, "chore": item.key})
        return await _rest(pool, item, fault, now)
    turn.is_doubtful = False
    return 0.0 if is_more else turn.chore.every_s


async def _rest(pool: Pool, item: Item, fault: Exception, now: datetime) -> float:
    """For how many seconds a chore rests that did not go well."""
    if is_away(fault):
        logger.warning("database_away", extra={"error": kind_of(fault)})
        return RETRY_S
    try:
        return (await set_aside(pool, item, OF_CHORES, now, fault) - now).total_seconds()
    except Exception:  # not even that: it rests all the same, or its role would end
        logger.exception("not_set_aside", extra={"role": item.role, "item": item.key})
        return RETRY_S


async def divide(
    items: Sequence[T],
    work: Callable[[Sequence[T]], Awaitable[object]],
    alone: Callable[[T, Exception], Awaitable[object]],
) -> None:
    """Work on all of them; where that fails, divide until the one at fault is `alone`.

    Raises what is no item's fault.
    """
    if not items:
        return
    try:
        await work(items)
    except Exception as fault:
        if not is_at_fault(fault):
            raise
        if len(items) == 1:
            logger.exception("item_failed")
            await alone(items[0], fault)
            return
        middle = len(items) // 2
        await divide(items[:middle], work, alone)
        await divide(items[middle:], work, alone)


async def one_by_one(
    pool: Pool,
    role: str,
    kind: ItemKind,
    keys: Sequence[K],
    work: Callable[[Connection, K], Awaitable[object]],
    *,
    now: datetime,
) -> None:
    """Work on each item in a transaction of its own; what is at fault is set aside for a while.

    Raises what is no item's fault.
    """
    async with pool.connection() as conn:
        resting = set(await faults.resting(conn, role, kind, now)) if keys else set()

    async def do(some: Sequence[K]) -> None:
        [key] = some
        async with pool.connection() as conn:
            await work(conn, key)
            await faults.well(conn, role, kind, [key])

    async def aside(key: K, fault: Exception) -> None:
        await set_aside(pool, Item(role, kind, str(key)), OF_ITEMS, now, fault)

    for key in keys:
        if str(key) not in resting:
            await divide([key], do, aside)


async def set_aside(pool: Pool, item: Item, rest: Rest, now: datetime, fault: Exception) -> datetime:
    """Say that it cannot be worked on, and why; when it is tried again."""
    async with pool.connection() as conn:
        next_at = await faults.set_aside(conn, item, kind_of(fault), rest, now)
    about = {"role": item.role, "kind": item.kind, "item": item.key, "again_at": next_at.isoformat()}
    logger.error("set_aside", extra=about)
    return next_at


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until the process is asked to end."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


def with_jitter(seconds: float) -> float:
    """Up to a quarter less, so that processes do not all come back at once."""
    return seconds * (1 - secrets.randbelow(250) / 1000)
