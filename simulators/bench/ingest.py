"""How fast the gateway takes readings in, what it costs and what it loses, in one run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Final

from simulators.bench.load import Cuffs, LoadHub
from simulators.bench.place import open_place
from simulators.bench.room import room
from simulators.bench.speeds import SIZES, Speeds
from simulators.bench.table import Measured
from simulators.bench.waiting import PACED_SIZE, waiting
from simulators.bench.work import Sender, Work
from simulators.bench.yardsticks import make_tables

CUFFS: Final = {hub: tuple(f"{hub}-cuff-{number}" for number in range(20)) for hub in ("bench-0", "bench-1")}
SPARE: Final = tuple(f"spare-{number}" for number in range(40))
BACK: Final = timedelta(days=900)
LATE: Final = timedelta(days=700)
"""How long before all others late readings were measured."""
QUICK: Final = 8
"""How many times fewer messages."""
ROUNDS: Final = 3


def measure_ingest(*, quick: bool, database_url: str | None, say: Callable[[str], None]) -> list[Measured]:
    """Medians of three rounds; quick: one round of fewer messages, fewer kills and a smaller database."""
    return asyncio.run(_measure(quick=quick, database_url=database_url, say=say))


async def _measure(*, quick: bool, database_url: str | None, say: Callable[[str], None]) -> list[Measured]:
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    began_at = now - BACK
    rounds, fewer = (1, QUICK) if quick else (ROUNDS, 1)
    say("starting broker, database and gateway")
    async with open_place(database_url, CUFFS, began_at - LATE) as place, AsyncExitStack() as stack:
        senders = [
            Sender(
                await stack.enter_async_context(LoadHub(name, broker)),
                Cuffs(CUFFS[name], began_at),
                Cuffs(CUFFS[name], began_at - LATE),
            )
            for name, broker in place.hubs
        ]
        work = Work(place, senders)
        speeds = Speeds(work, Cuffs(SPARE, began_at), fewer, say)
        await make_tables(place.pool)
        for number in range(rounds):
            say(f"round {number + 1} of {rounds}")
            await speeds.round()
        waited = await waiting(work, speeds.rate(PACED_SIZE), rounds, fewer, say)
        await speeds.kills(SIZES[-1:] if quick else SIZES)
        balance = await work.balance()
        return [
            *speeds.summary(),
            *waited,
            Measured("lost, of all that was sent", balance.lost, "readings", "0"),
            Measured("doubled, of all that was sent", balance.doubled, "readings", "0"),
            *await room(place.pool, now, is_small=quick, say=say),
        ]
