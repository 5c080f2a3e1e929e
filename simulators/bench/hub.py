"""What a hub costs the small computer that it runs on."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from simulators.bench.decoder_rates import decode_rates
from simulators.bench.hub_day import measure_hub_day
from simulators.bench.table import BenchResult

IMPORT: Final = (
    "import time; began = time.perf_counter(); import edge_agent.agent; print(time.perf_counter() - began)"
)
IMPORTS: Final = 5
READINGS: Final = 100_000
READINGS_QUICK: Final = 5_000
DECODED: Final = 50_000
DECODED_QUICK: Final = 5_000
SETTLED: Final = 2
"""The tenth of a life from which on memory is compared: all caches are warm, 30 days of readings are kept."""


def measure_hub(*, quick: bool) -> list[BenchResult]:
    """A minute; a few with all readings."""
    return [
        BenchResult("importing the agent", median(_import_s() for _ in range(IMPORTS)), "s"),
        *measure_hub_day(),
        *_life(READINGS_QUICK if quick else READINGS),
        *decode_rates(DECODED_QUICK if quick else DECODED),
    ]


def _import_s() -> float:
    done = subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, check=True)
    return float(done.stdout)


def _life(count: int) -> list[BenchResult]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "simulators.bench.hub_life", folder, str(count)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        size = (Path(folder) / "outbox.db").stat().st_size
    tenths: list[dict[str, float]] = [json.loads(line) for line in done.stdout.splitlines()]
    warm, last = tenths[SETTLED], tenths[-1]
    readings = last["readings"] - warm["readings"]

    def per_reading(name: str) -> float:
        return (last[name] - warm[name]) / readings

    return [
        BenchResult(f"resident after {last['readings']:,} readings", last["resident_mib"], "MiB", "below 60"),
        BenchResult(
            f"grown since {warm['readings']:,} readings",
            last["resident_mib"] - warm["resident_mib"],
            "MiB",
            "flat",
        ),
        BenchResult("CPU a reading", 1e6 * per_reading("cpu_s"), "µs"),
        BenchResult("written a reading", per_reading("written_bytes"), "bytes"),
        BenchResult("of it to the disk", per_reading("to_disk_bytes"), "bytes"),
        BenchResult("outbox with 30 days of 24 readings", size / 1024, "KiB"),
    ]
