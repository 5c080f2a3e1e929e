"""How long a hub waits for its receipt: at parts of the top rate, and beside another hub's backlog."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median, quantiles
from typing import Final

from simulators.bench.load import OBSERVATIONS
from simulators.bench.table import BenchResult
from simulators.bench.workload import Workload

LOADS: Final = (0.1, 0.5, 0.9)
"""Of the top rate."""
PACED_SIZE: Final = 10
PACED_S: Final = 4.0
HOMES: Final = 500
A_BACKLOG: Final = 72 * HOMES
"""Readings: 72 hours without the broker, of homes that measure once an hour."""
LIVE_MESSAGES: Final = 200


async def measure_receipt_latency(
    work: Workload, top: float, rounds: int, fewer: int, say: Callable[[str], None]
) -> list[BenchResult]:
    """Publish to receipt with evaluation off; `top` is the top rate, observations a second."""
    rows = []
    async with work.servers.running(work.servers.role("ingest")):
        await work.knock()
        for load in LOADS:
            say(f"time to the receipt at {load:.0%} of the top rate")
            messages_a_second = load * top / (OBSERVATIONS * PACED_SIZE)
            loads = work.pack(PACED_SIZE, round(PACED_S / fewer**0.5 * messages_a_second))
            p50, p99 = _cuts(await work.ingest(loads, every_s=len(loads) / messages_a_second))
            rows += [
                BenchResult(f"publish to receipt at {load:.0%} of top, p50", p50, "ms"),
                BenchResult(f"publish to receipt at {load:.0%} of top, p99", p99, "ms"),
            ]
        say("live readings beside a backlog of 72 hours")
        alone, beside = [], []
        for _ in range(rounds):
            alone.append(_cuts(await work.live(LIVE_MESSAGES))[1])
            beside.append(_cuts(await work.live(LIVE_MESSAGES, backlog=A_BACKLOG // fewer))[1])
    return [
        *rows,
        BenchResult("live alone, p99", median(alone), "ms"),
        BenchResult(f"live beside a backlog of {A_BACKLOG // fewer:,} readings, p99", median(beside), "ms"),
        BenchResult("live beside a backlog: to alone", median(beside) / median(alone), "", "3"),
    ]


def _cuts(seconds: list[float]) -> tuple[float, float]:
    cuts = quantiles(seconds, n=100)
    return 1e3 * cuts[49], 1e3 * cuts[98]
