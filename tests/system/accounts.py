"""What streaming hubs must have brought about, by a plain loop over their meters' memories; what is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from edge_agent.wire.messages import Reading
from edge_agent.wire.vitals import Vital
from simulators.stream.meter import Meter
from tests.servers.stream_hub import Stream
from tests.system.pipeline import rows

LOW_MG_DL = 54
"""Below, a low is told. Nobody works on the tasks: later raises join the first."""


@dataclass(frozen=True)
class Expected:
    """Every record once, however many hubs read it; one task a meter, whose evidence is every low."""

    readings: Counter[tuple[str, datetime, float]]
    evidence: Counter[tuple[str, datetime]]
    tasks: Counter[tuple[str]]


def expected(meters: Iterable[Meter]) -> Expected:
    """Of different meters, each given to a patient who is named after it."""
    readings: Counter[tuple[str, datetime, float]] = Counter()
    evidence: Counter[tuple[str, datetime]] = Counter()
    for meter in meters:
        for reading in meter.readings():
            mg_dl = _mg_dl(reading)
            readings[meter.name, reading.measured_at, mg_dl] += 1
            if mg_dl < LOW_MG_DL:
                evidence[meter.name, reading.measured_at] += 1
    return Expected(readings, evidence, Counter({(name,) for name, _ in evidence}))


async def found(database_url: str) -> Expected:
    """The same, as it is in the database."""
    return Expected(
        Counter(
            await rows(
                database_url,
                "SELECT identifier, measured_at, blood_glucose FROM reading"
                " JOIN source USING (source_id) JOIN device USING (device_id)",
            )
        ),
        Counter(
            await rows(
                database_url,
                "SELECT identifier, measured_at FROM evidence JOIN patient USING (patient_id)"
                " WHERE rule_id IN ('glucose-below-54', 'critical-low-glucose')",
            )
        ),
        Counter(
            await rows(
                database_url,
                "SELECT identifier FROM task JOIN patient USING (patient_id)"
                " WHERE condition = 'hypoglycaemia'",
            )
        ),
    )


async def everything_is_there_once(database_url: str, hubs: Sequence[Stream]) -> None:
    """Raises AssertionError, saying what is missing, double or waiting."""
    assert await positions_held(database_url) == {
        (hub.name, epoch): f"{{[1,{assigned + 1})}}" for hub in hubs for epoch, assigned in hub.epochs()
    }
    wanted = expected({meter.name: meter for hub in hubs for meter in hub.meters}.values())
    there = await found(database_url)
    assert wanted.evidence
    assert there.readings == wanted.readings
    assert there.evidence == wanted.evidence
    assert there.tasks == wanted.tasks
    count = wanted.readings.total()
    raw = await rows(database_url, "SELECT count(*), count(DISTINCT reading_id) FROM raw_reading")
    assert raw == [(count, count)]
    assert await rows(database_url, "SELECT reason, count(*) FROM quarantine GROUP BY reason") == []
    assert await rows(database_url, "SELECT count(*) FROM due") == [(0,)]


async def positions_held(database_url: str) -> dict[tuple[str, int], str]:
    """The positions accounted for, by hub and epoch."""
    held = await rows(
        database_url, "SELECT name, epoch, held::text FROM hub_run JOIN hub USING (hub_id) ORDER BY hub_run"
    )
    return {(name, epoch): positions for name, epoch, positions in held}


def _mg_dl(reading: Reading) -> float:
    return reading.values[Vital.BLOOD_GLUCOSE].value
