"""How fast the gateway takes readings in, beside raw COPY and the naive way, in one run."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from statistics import median, quantiles
from typing import Final, TypeAlias

from simulators.bench.load import OBSERVATIONS, Cuffs, LoadHub, Parcel
from simulators.bench.naive import PROGRAM
from simulators.bench.place import Place, cpu_s, open_place
from simulators.bench.table import Measured
from simulators.bench.yardsticks import copy_into_own_table, copy_one_row_an_observation, make_tables

SIZES: Final = (1, 10, 50)
MESSAGES: Final = {1: 3200, 10: 1600, 50: 800}
QUICK: Final = 8
"""How many times fewer messages."""
ROUNDS: Final = 3
CUFFS: Final = tuple(f"bench-cuff-{number}" for number in range(40))
BACK: Final = timedelta(days=900)
LOADS: Final = (0.1, 0.5, 0.9)
"""Of the top rate: where the time to a receipt is measured."""
PACED_SIZE: Final = 10
PACED_S: Final = 4.0
LOOK_EVERY_S: Final = 0.02
OFF: Final = "ingest, evaluation off"
ON: Final = "ingest, evaluation on"
JUDGED: Final = "ingest until judged"
NAIVE: Final = "naive: a transaction a message, an INSERT a reading"
OWN_TABLE: Final = "raw COPY into the product's table"
ONE_ROW_EACH: Final = "raw COPY, one row an observation"


def measure_ingest(*, quick: bool, database_url: str | None) -> list[Measured]:
    """Medians of three rounds; quick: a single round of fewer messages."""
    return asyncio.run(_measure(quick=quick, database_url=database_url))


async def _measure(*, quick: bool, database_url: str | None) -> list[Measured]:
    began_at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - BACK
    async with open_place(database_url, CUFFS, began_at) as place, AsyncExitStack() as stack:
        hubs = [await stack.enter_async_context(LoadHub(name, broker)) for name, broker in place.hubs]
        bench = _Bench(place, hubs, Cuffs(CUFFS, began_at), QUICK if quick else 1)
        await make_tables(place.pool)
        for _ in range(1 if quick else ROUNDS):
            await bench.round()
        latencies = await bench.latencies()
        return [*bench.summary(), *latencies, *await bench.balance()]


Loads: TypeAlias = list[list[Parcel]]
"""Of each hub."""


class _Bench:
    def __init__(self, place: Place, hubs: Sequence[LoadHub], cuffs: Cuffs, fewer: int) -> None:
        self._place = place
        self._hubs = hubs
        self._cuffs = cuffs
        self._fewer = fewer
        self._rates: dict[str, list[float]] = defaultdict(list)
        self._cpu_us: dict[int, list[float]] = defaultdict(list)
        self._stored = 0

    async def round(self) -> None:
        """Everything once: what is compared follows one another closely."""
        place = self._place
        ingest, evaluate = place.role("ingest"), place.role("evaluate")
        async with place.running(ingest):
            await self._knock()
            for size in SIZES:
                loads = self._pack(size, self._messages(size))
                cpu, began = cpu_s("ingest"), time.perf_counter()
                await self._ingest(loads)
                self._keep(f"{OFF}, {size} a message", size, time.perf_counter() - began)
                self._cpu_us[size].append(1e6 * (cpu_s("ingest") - cpu) / self._observations(size))
            await self._forget_due()
            async with place.running(evaluate):
                await self._knock()
                await self._judged()
                for size in SIZES:
                    loads = self._pack(size, self._messages(size))
                    began = time.perf_counter()
                    await self._ingest(loads)
                    self._keep(f"{ON}, {size} a message", size, time.perf_counter() - began)
                    await self._judged()
                    self._keep(f"{JUDGED}, {size} a message", size, time.perf_counter() - began)
        async with place.running(replace(ingest, name="naive", argv=PROGRAM)):
            await self._knock(is_product=False)
            for size in SIZES:
                loads = self._pack(size, self._messages(size))
                began = time.perf_counter()
                await self._send(loads)
                self._keep(f"{NAIVE}, {size} a message", size, time.perf_counter() - began)
        for name, copy in ((OWN_TABLE, copy_into_own_table), (ONE_ROW_EACH, copy_one_row_an_observation)):
            readings = self._cuffs.take(SIZES[-1] * self._messages(SIZES[-1]))
            self._keep(name, SIZES[-1], await copy(place.pool, readings))

    async def latencies(self) -> list[Measured]:
        """From publishing to the receipt, with evaluation off."""
        rows = []
        top = median(self._rates[f"{OFF}, {PACED_SIZE} a message"])
        async with self._place.running(self._place.role("ingest")):
            await self._knock()
            for load in LOADS:
                messages_a_second = load * top / (OBSERVATIONS * PACED_SIZE)
                every_s = len(self._hubs) / messages_a_second
                loads = self._pack(PACED_SIZE, round(PACED_S * messages_a_second))
                taken = await self._ingest(loads, every_s)
                cuts = quantiles(taken, n=100)
                rows += [
                    Measured(f"publish to receipt at {load:.0%} of top, {name}", 1e3 * cut, "ms")
                    for name, cut in (("p50", cuts[49]), ("p99", cuts[98]))
                ]
        return rows

    def summary(self) -> list[Measured]:
        """Medians of the rounds, and what they are to each other."""
        rates = {name: median(each) for name, each in self._rates.items()}
        most = SIZES[-1]
        ratios = [f"{name}, {most} a message" for name in (OFF, JUDGED)]
        return [
            *(Measured(name, rate, "observations/s") for name, rate in rates.items()),
            *(
                Measured(f"{each}: to {yardstick}", rates[each] / rates[yardstick], "", aim)
                for yardstick, aims in ((ONE_ROW_EACH, ("0.45", "0.20")), (OWN_TABLE, ("", "")))
                for each, aim in zip(ratios, aims, strict=True)
            ),
            *(
                Measured(f"CPU of ingest, {size} a message", median(each), "µs/observation")
                for size, each in self._cpu_us.items()
            ),
        ]

    async def balance(self) -> list[Measured]:
        """What was receipted as stored and is not there, or is there twice."""
        async with self._place.pool.connection() as conn:
            cursor = await conn.execute(b"SELECT count(*), count(DISTINCT reading_id) FROM raw_reading")
            ((rows, readings),) = await cursor.fetchall()
        return [
            Measured("lost", self._stored - readings, "readings", "0"),
            Measured("doubled", rows - readings, "readings", "0"),
        ]

    def _pack(self, size: int, messages: int) -> Loads:
        """Each hub its share of so many messages; not to be timed."""
        each = messages // len(self._hubs)
        return [hub.pack(self._cuffs.take(size * each), size) for hub in self._hubs]

    async def _knock(self, *, is_product: bool = True) -> None:
        """Returns when whoever takes in is there."""
        for hub in self._hubs:
            (reading,) = self._cuffs.take(1)
            await hub.knock(reading)
            self._stored += is_product

    async def _ingest(self, loads: Loads, every_s: float = 0) -> list[float]:
        taken = await self._send(loads, every_s)
        self._stored += sum(parcel.count for parcel in chain.from_iterable(loads))
        return taken

    async def _send(self, loads: Loads, every_s: float = 0) -> list[float]:
        """Seconds to the receipt of each message."""
        taken = await asyncio.gather(
            *(hub.send(load, every_s=every_s) for hub, load in zip(self._hubs, loads, strict=True))
        )
        return list(chain.from_iterable(taken))

    async def _judged(self) -> None:
        """Returns when nothing is due."""
        async with self._place.pool.connection() as conn:
            while await (await conn.execute(b"SELECT FROM due LIMIT 1")).fetchone() is not None:
                await conn.rollback()
                await asyncio.sleep(LOOK_EVERY_S)

    async def _forget_due(self) -> None:
        """What came in with evaluation off is not to be judged with it on."""
        async with self._place.pool.connection() as conn:
            await conn.execute(b"DELETE FROM due")

    def _messages(self, size: int) -> int:
        return MESSAGES[size] // self._fewer

    def _observations(self, size: int) -> int:
        return OBSERVATIONS * size * self._messages(size)

    def _keep(self, name: str, size: int, seconds: float) -> None:
        self._rates[name].append(self._observations(size) / seconds)
