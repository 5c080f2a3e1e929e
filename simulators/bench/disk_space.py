"""What an observation takes on disk, and whether a patient's history is read as fast in a big database."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from gateway.database.connection import Connection
from gateway.database.kind import DatabaseKind, stored_kind
from gateway.database.pool import Pool
from gateway.readings import history
from gateway.readings.history import Span
from simulators.bench.table import BenchResult

PATIENTS: Final = 300
DAYS: Final = 365
A_DAY: Final = 8
"""Observations of a patient: pressure and pulse morning and evening, weight, glucose."""
STORED: Final = 1_000_000
STORED_IF_SMALL: Final = 6_000
TIMES_MORE: Final = 50
READ: Final = timedelta(days=90)
TURNS: Final = 30
FIRST_SOURCE: Final = 2_000_000
"""Sources from here on are of no device."""
COHORT: Final = b"""
INSERT INTO reading (measured_at, source_id, hub_run, position, delay_s, offset_s, flags, tie,
    systolic_bp, diastolic_bp, pulse_rate, body_weight, blood_glucose)
SELECT %(now)s - make_interval(days => %(days)s - day, secs => hour * 3600 + random() * 1800),
    %(first)s + 3 * patient + device, patient, day * 4 + hour, 60, 0, 0,
    (random() * 65535 - 32768)::int::smallint, CASE device WHEN 0 THEN 120 + hour END,
    CASE device WHEN 0 THEN 80 END, CASE device WHEN 0 THEN 60 + hour END,
    CASE device WHEN 1 THEN 80.5 END, CASE device WHEN 2 THEN 104 END
FROM generate_series(1, %(days)s) AS day, (VALUES (0, 7), (0, 20), (1, 8), (2, 9)) AS turn (device, hour),
    generate_series(1, %(patients)s) AS patient
ORDER BY 1
"""
CROWD: Final = b"""
INSERT INTO reading (measured_at, source_id, hub_run, position, delay_s, offset_s, flags, tie,
    systolic_bp, diastolic_bp, pulse_rate)
SELECT %(now)s - %(back)s * (1 - number / %(rows)s::float8), %(first)s + source, 0, 0, 60, 0, 0, %(tie)s,
    120, 80, 60
FROM generate_series(1, %(rows)s) AS number, generate_series(1, %(sources)s) AS source
"""
ONES_OWN: Final = b"""
INSERT INTO reading (measured_at, source_id, hub_run, position, delay_s, offset_s, flags, tie,
    systolic_bp, diastolic_bp, pulse_rate)
SELECT %(now)s - number * interval '8 hours', %(source_id)s, 0, 0, 60, 0, 0, 0, 120, 80, 60
FROM generate_series(1, 3 * %(days)s) AS number
ON CONFLICT DO NOTHING
"""
ONE: Final = b"SELECT patient_id, source_id FROM assignment ORDER BY assignment_id LIMIT 1"
SIZE: Final = {
    True: b"SELECT hypertable_size('reading')",
    False: b"SELECT pg_total_relation_size('reading')",
}
COMPRESSED: Final = b"""
SELECT sum(after_compression_total_bytes) / sum(before_compression_total_bytes)
FROM hypertable_compression_stats('reading')
"""
COMPRESS: Final = b"SELECT count(compress_chunk(chunk, true)) FROM show_chunks('reading') AS chunk"
CROWDED: Final = timedelta(days=5 * 365)
CROWD_SOURCES: Final = 1_000


async def measure_disk_space(
    pool: Pool, now: datetime, *, is_small: bool, say: Callable[[str], None]
) -> list[BenchResult]:
    """Bytes an observation of a realistic cohort, and the time of 90 days at N and at fifty times N."""
    stored = STORED_IF_SMALL if is_small else STORED
    async with pool.connection() as conn:
        kind = await stored_kind(conn) or DatabaseKind.PLAIN
        say("bytes on disk of a cohort's year")
        sizes = await _sizes(conn, kind, now, PATIENTS // 10 if is_small else PATIENTS)
        times = []
        for count in (stored, TIMES_MORE * stored):
            say(f"90 days of one patient at {count:,} observations")
            times.append(await _ninety_days(conn, now, count))
    return [
        *sizes,
        BenchResult(f"90 days of a patient at {stored:,} observations", times[0], "ms"),
        BenchResult(f"90 days of a patient at {TIMES_MORE * stored:,} observations", times[1], "ms"),
        BenchResult("90 days of a patient: to the smaller database", times[1] / times[0], "", "1.3"),
    ]


async def _sizes(conn: Connection, kind: DatabaseKind, now: datetime, patients: int) -> list[BenchResult]:
    """Rows with their index; compressed too where the server can."""
    before = await _number(conn, SIZE[kind.has_hypertables])
    await conn.execute(COHORT, {"now": now, "days": DAYS, "patients": patients, "first": FIRST_SOURCE})
    await conn.commit()
    grown = await _number(conn, SIZE[kind.has_hypertables]) - before
    each = grown / (patients * DAYS * A_DAY)
    rows = [BenchResult("on disk, rows and index", each, "bytes/observation", "80")]
    if kind.has_columnstore:
        await conn.execute(COMPRESS)
        await conn.commit()
        ratio = await _number(conn, COMPRESSED)
        rows.append(BenchResult("on disk, compressed", each * ratio, "bytes/observation", "15"))
    return rows


async def _ninety_days(conn: Connection, now: datetime, stored: int) -> float:
    """Milliseconds for one patient's, once so many observations of others are stored beside them."""
    readings = stored // 3 // CROWD_SOURCES
    row = {"now": now, "back": CROWDED, "rows": readings, "sources": CROWD_SOURCES, "tie": readings % 30_000}
    await conn.execute(CROWD, row | {"first": FIRST_SOURCE + 3 * FIRST_SOURCE})
    ((patient_id, source_id),) = await (await conn.execute(ONE)).fetchall()
    await conn.execute(ONES_OWN, {"now": now, "source_id": source_id, "days": READ.days})
    await conn.commit()
    await conn.set_autocommit(True)
    await conn.execute(b"VACUUM ANALYZE reading")
    await conn.set_autocommit(False)
    span = Span(since=now - READ, until=now, before=None, limit=10_000)
    taken = []
    for _ in range(TURNS):
        began = time.perf_counter()
        await history.readings(conn, patient_id, span)
        taken.append(time.perf_counter() - began)
    return 1e3 * median(taken)


async def _number(conn: Connection, query: bytes) -> float:
    ((number,),) = await (await conn.execute(query)).fetchall()
    return float(number)
