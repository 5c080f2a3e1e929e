"""How fast the gateway takes readings in, what it costs and what it loses, in one run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Final

from simulators.bench.bulk_load import make_tables
from simulators.bench.disk_space import measure_disk_space
from simulators.bench.load import Cuffs, LoadHub
from simulators.bench.receipt_latency import PACED_SIZE, measure_receipt_latency
from simulators.bench.servers import open_servers
from simulators.bench.table import BenchResult
from simulators.bench.throughput import SIZES, Throughput
from simulators.bench.workload import Sender, Workload

HUBS: Final = ("bench-0", "bench-1")
PATIENTS: Final = 250
CUFFS: Final = 200
"""Of each hub: those that patients have, and those of nobody yet."""
FEWER: Final = 8
"""How many times fewer of each, if it is to be quick."""
WEEK: Final = (timedelta(days=7), timedelta(minutes=3))
SHIFT: Final = (timedelta(hours=5.5), timedelta(seconds=20))
WITHOUT_BROKER: Final = (timedelta(hours=72, seconds=30), timedelta(minutes=6))
LONG_AGO: Final = (timedelta(days=700), timedelta(hours=1))
"""How long ago the first reading was measured, and how long after it the next of the same cuff."""
QUICK: Final = 8
"""How many times fewer messages."""
ROUNDS: Final = 3


def measure_ingest(*, quick: bool, database_url: str | None, say: Callable[[str], None]) -> list[BenchResult]:
    """Medians of three rounds; quick: one round of fewer messages, fewer kills and a smaller database."""
    return asyncio.run(_measure(quick=quick, database_url=database_url, say=say))


async def _measure(*, quick: bool, database_url: str | None, say: Callable[[str], None]) -> list[BenchResult]:
    now = datetime.now(UTC).replace(microsecond=0)
    rounds, fewer = (1, QUICK) if quick else (ROUNDS, 1)
    many = FEWER if quick else 1
    say("starting broker, database and gateway")
    patients = {hub: _names(f"{hub}-patient", PATIENTS // many) for hub in HUBS}
    async with open_servers(database_url, patients, now - WEEK[0]) as servers, AsyncExitStack() as stack:

        def cuffs(names: Sequence[str], times: tuple[timedelta, timedelta]) -> Cuffs:
            ago, every = times
            return Cuffs(names, now - ago, every, now)

        senders = []
        for name, broker in servers.hubs:
            others = _names(f"{name}-cuff", CUFFS)
            senders.append(
                Sender(
                    await stack.enter_async_context(LoadHub(name, broker)),
                    cuffs=cuffs(others, WEEK),
                    patients=cuffs(patients[name], SHIFT),
                    backlog=cuffs(others, WITHOUT_BROKER),
                    late=cuffs(others, LONG_AGO),
                )
            )
        work = Workload(servers, senders)
        speeds = Throughput(work, cuffs(_names("spare", CUFFS), WEEK), say, quick=quick)
        await make_tables(servers.pool)
        for number in range(rounds):
            say(f"round {number + 1} of {rounds}")
            await speeds.round()
        waited = await measure_receipt_latency(work, speeds.rate(PACED_SIZE), rounds, fewer, say)
        await speeds.kills(SIZES[-1:] if quick else SIZES)
        balance = await work.balance()
        return [
            *speeds.summary(),
            *waited,
            BenchResult("lost, of all that was sent", balance.lost, "readings", "0"),
            BenchResult("doubled, of all that was sent", balance.doubled, "readings", "0"),
            *await measure_disk_space(servers.pool, now, is_small=quick, say=say),
        ]


def _names(what: str, number: int) -> tuple[str, ...]:
    return tuple(f"{what}-{each}" for each in range(number))
