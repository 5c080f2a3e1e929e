"""Observations a second, everything once a round: what is compared follows one another closely."""

from __future__ import annotations

import signal
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from statistics import median
from typing import Final
from uuid import uuid4

from simulators.bench.bulk_load import copy_into_own_table, copy_one_row_an_observation
from simulators.bench.load import OBSERVATIONS, Cuffs, PackedBatch
from simulators.bench.naive_ingest import PROGRAM
from simulators.bench.servers import cpu_s
from simulators.bench.table import BenchResult
from simulators.bench.workload import Balance, Loads, Workload
from simulators.demo.processes import Child

SIZES: Final = (1, 10, 50)
MOST: Final = SIZES[-1]
MESSAGES: Final = {1: 3200, 10: 1600, 50: 800}
QUICK_MESSAGES: Final = {1: 400, 10: 200, 50: 400}
"""Fewer, but of the largest not so few that the first and the last of them are what is measured."""
INTRODUCED: Final = 10
"""Messages with which a new process comes to know every cuff."""
KILLED_MESSAGES: Final = 400
QUICK_KILLED_MESSAGES: Final = 140
OFF: Final = "ingest, evaluation off"
ON: Final = "ingest, evaluation on"
JUDGED: Final = "ingest until judged"
WAITED: Final = "two evaluators alone, of what waits"
NAIVE: Final = "naive: a transaction a message, an INSERT a reading"
OWN_TABLE: Final = "raw COPY into the product's table"
ONE_ROW_EACH: Final = "raw COPY, one row an observation"
DUPLICATES: Final = "a tenth sent twice"
LATE: Final = "late rows, in no order"


class Throughput:
    """`spare` makes readings for the yardsticks."""

    def __init__(self, work: Workload, spare: Cuffs, say: Callable[[str], None], *, quick: bool) -> None:
        self._work = work
        self._spare = spare
        self._messages = QUICK_MESSAGES if quick else MESSAGES
        self._killed_messages = QUICK_KILLED_MESSAGES if quick else KILLED_MESSAGES
        self._report = say
        self._rates: dict[str, list[float]] = defaultdict(list)
        self._cpu_us: dict[int, list[float]] = defaultdict(list)
        self._judging_cpu_us: list[float] = []
        self._killed: dict[str, Balance] = {}

    async def round(self) -> None:
        """Without evaluation, with it, the naive way, and the database's own bulk load."""
        work, servers = self._work, self._work.servers
        ingest, evaluate = servers.role("ingest"), servers.role("evaluate")
        async with servers.running(ingest):
            self._report("evaluation off")
            await work.knock()
            await work.ingest(work.pack(MOST, INTRODUCED))
            for size in SIZES:
                await self._without_judging(size)
            await self._duplicates()
            await self._timed(LATE, work.pack_late(MOST, self._messages[MOST]))
            await work.forget_due()
            async with servers.running(evaluate) as evaluators:
                self._report("evaluation on")
                await work.ingest(work.pack_of_patients(MOST, INTRODUCED))
                await work.judged()
                for size in SIZES:
                    await self._with_judging(size)
                async with servers.running(replace(evaluate, name="evaluate-2")) as others:
                    await self._judging_alone([*evaluators, *others])
        async with servers.running(replace(ingest, name="naive", argv=PROGRAM)):
            self._report("the naive way, and raw COPY")
            await work.knock(is_product=False)
            for size in SIZES:
                loads = work.pack(size, self._messages[size])
                began = time.perf_counter()
                await work.send(loads)
                self._keep(_name(NAIVE, size), size, time.perf_counter() - began)
        for name, copy in ((OWN_TABLE, copy_into_own_table), (ONE_ROW_EACH, copy_one_row_an_observation)):
            readings = self._spare.take(MOST * self._messages[MOST])
            self._keep(name, MOST, await copy(servers.pool, readings))

    async def kills(self, sizes: Sequence[int]) -> None:
        """The same loads with kill -9 in the middle: what is lost, and what doubled?"""
        servers = self._work.servers
        ingest, evaluate = servers.role("ingest"), servers.role("evaluate")
        for size in sizes:
            self._report(f"kill -9, {size} a message")
            async with servers.running(ingest) as processes:
                await self._killed_in_the_middle(
                    OFF, size, processes, self._work.pack(size, self._killed_messages)
                )
            async with servers.running(ingest, evaluate) as processes:
                loads = self._work.pack_of_patients(size, self._killed_messages)
                await self._killed_in_the_middle(ON, size, processes, loads)
                await self._work.judged()

    def rate(self, size: int) -> float:
        """The median of observations a second with evaluation off."""
        return median(self._rates[_name(OFF, size)])

    def summary(self) -> list[BenchResult]:
        """Medians of the rounds, and what they are to each other."""
        rates = {name: median(each) for name, each in self._rates.items()}
        rows = []
        for name, rate in rates.items():
            rows.append(BenchResult(name, rate, "observations/s"))
            if name in self._killed:
                rows.append(BenchResult(f"{name}: lost by kill -9", self._killed[name].lost, "readings", "0"))
                rows.append(
                    BenchResult(f"{name}: doubled by kill -9", self._killed[name].doubled, "readings", "0")
                )
        ratios = [(_name(OFF, MOST), "0.45"), (_name(JUDGED, MOST), "0.20")]
        rows += [
            BenchResult(f"{each}: to {ONE_ROW_EACH}", rates[each] / rates[ONE_ROW_EACH], "", aim)
            for each, aim in ratios
        ]
        rows += [
            BenchResult(f"{each}: to {OWN_TABLE}", rates[each] / rates[OWN_TABLE], "") for each, _ in ratios
        ]
        keeps_pace = rates[_name(WAITED, MOST)] / rates[_name(OFF, MOST)]
        rows += [
            BenchResult(f"{_name(WAITED, MOST)}: to {OFF}", keeps_pace, "", "1"),
            BenchResult(
                f"CPU of evaluation, {MOST} a message", median(self._judging_cpu_us), "µs/observation"
            ),
        ]
        return rows + [
            BenchResult(f"CPU of ingest, {size} a message", median(each), "µs/observation")
            for size, each in self._cpu_us.items()
        ]

    async def _without_judging(self, size: int) -> None:
        loads = self._work.pack(size, self._messages[size])
        cpu, began = cpu_s("ingest"), time.perf_counter()
        await self._work.ingest(loads)
        self._keep(_name(OFF, size), size, time.perf_counter() - began)
        observations = OBSERVATIONS * size * self._messages[size]
        self._cpu_us[size].append(1e6 * (cpu_s("ingest") - cpu) / observations)

    async def _with_judging(self, size: int) -> None:
        loads = self._work.pack_of_patients(size, self._messages[size])
        began = time.perf_counter()
        await self._work.ingest(loads)
        self._keep(_name(ON, size), size, time.perf_counter() - began)
        await self._work.judged()
        self._keep(_name(JUDGED, size), size, time.perf_counter() - began)

    async def _judging_alone(self, evaluators: Sequence[Child]) -> None:
        """Evaluators that find as many readings as ingest takes in at its top rate."""
        loads = self._work.pack_of_patients(MOST, self._messages[MOST])  # takes longer than they to start
        for each in evaluators:
            each.signal(signal.SIGSTOP)
        await self._work.ingest(loads)
        cpu, began = cpu_s("evaluate"), time.perf_counter()
        for each in evaluators:
            each.signal(signal.SIGCONT)
        await self._work.judged()
        self._keep(_name(WAITED, MOST), MOST, time.perf_counter() - began)
        observations = OBSERVATIONS * MOST * self._messages[MOST]
        self._judging_cpu_us.append(1e6 * (cpu_s("evaluate") - cpu) / observations)

    async def _duplicates(self) -> None:
        once = self._work.pack(MOST, self._messages[MOST])
        await self._timed(DUPLICATES, [list(_with_every_tenth_again(load)) for load in once])

    async def _timed(self, name: str, loads: Loads) -> None:
        began = time.perf_counter()
        await self._work.ingest(loads)
        self._keep(_name(name, MOST), MOST, time.perf_counter() - began)

    async def _killed_in_the_middle(
        self, name: str, size: int, processes: Sequence[Child], loads: Loads
    ) -> None:
        await self._work.knock()
        before = await self._work.balance()
        await self._work.ingest_through_a_kill(loads, processes)
        after = await self._work.balance()
        self._killed[_name(name, size)] = Balance(after.lost - before.lost, after.doubled - before.doubled)

    def _keep(self, name: str, size: int, seconds: float) -> None:
        self._rates[name].append(OBSERVATIONS * size * self._messages[size] / seconds)


def _name(what: str, size: int) -> str:
    return f"{what}, {size} a message"


def _with_every_tenth_again(load: Sequence[PackedBatch]) -> Iterator[PackedBatch]:
    for number, parcel in enumerate(load):
        yield parcel
        if number % 10 == 0:
            yield replace(parcel, batch_id=uuid4())
