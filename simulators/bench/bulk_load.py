"""What ingest is held against: the database's own bulk load."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from edge_agent.wire.messages import Reading
from gateway.database import statements
from gateway.database.pool import Pool
from gateway.ingest.rows import READING_TYPES, Candidate

A_COMMIT: Final = 1000
"""Readings."""
NOBODYS_SOURCE: Final = 1_000_000
"""Sources from here on are of no device: what a yardstick copies collides with nothing."""
TABLES: Final = b"""
CREATE TABLE bench_event (reading_id uuid PRIMARY KEY, source_id int NOT NULL,
    measured_at timestamptz NOT NULL, received_at timestamptz NOT NULL, UNIQUE (source_id, measured_at));
CREATE TABLE bench_observation (reading_id uuid NOT NULL, vital text NOT NULL, value float8 NOT NULL,
    unit text NOT NULL, UNIQUE (reading_id, vital));
CREATE TABLE bench_naive (reading_id uuid PRIMARY KEY, device text NOT NULL, measured_at timestamptz NOT NULL,
    systolic float8, diastolic float8, pulse float8);
"""
COPY_EVENT: Final = b"COPY bench_event FROM STDIN (FORMAT BINARY)"
COPY_OBSERVATION: Final = b"COPY bench_observation FROM STDIN (FORMAT BINARY)"
EVENT_TYPES: Final = ("uuid", "int4", "timestamptz", "timestamptz")
OBSERVATION_TYPES: Final = ("uuid", "text", "float8", "text")


async def make_tables(pool: Pool) -> None:
    async with pool.connection() as conn:
        await conn.execute(TABLES)


async def copy_into_own_table(pool: Pool, readings: Sequence[Reading]) -> float:
    """Seconds for the rows that ingest would write into `reading`, by binary COPY and nothing else."""
    now = datetime.now(UTC)
    rows = [
        Candidate.of(
            reading,
            hub_run=0,
            position=number,
            source_id=NOBODYS_SOURCE + number % A_COMMIT,
            received_at=now,
        ).reading_row()
        for number, reading in enumerate(readings)
    ]
    copy_readings = statements.load("gateway.ingest.store")["copy_readings"]
    return await _copy(pool, [(copy_readings, READING_TYPES, rows, 1)])


async def copy_one_row_an_observation(pool: Pool, readings: Sequence[Reading]) -> float:
    """Seconds for a row a reading and a row an observation, both with their unique keys, by binary COPY."""
    now = datetime.now(UTC)
    sources = {device: number for number, device in enumerate({each.device.identifier for each in readings})}
    events = [(each.reading_id, sources[each.device.identifier], each.measured_at, now) for each in readings]
    observations = [
        (each.reading_id, vital.code, quantity.value, quantity.unit)
        for each in readings
        for vital, quantity in each.values.items()
    ]
    many = len(observations) // len(events)
    return await _copy(
        pool,
        [(COPY_EVENT, EVENT_TYPES, events, 1), (COPY_OBSERVATION, OBSERVATION_TYPES, observations, many)],
    )


async def _copy(
    pool: Pool, tables: Sequence[tuple[bytes, Sequence[str], Sequence[Sequence[object]], int]]
) -> float:
    """Each table: statement, types, rows, and how many rows of it belong to one reading."""
    _, _, rows, each = tables[0]
    readings = len(rows) // each
    began = time.perf_counter()
    async with pool.connection() as conn:
        for start in range(0, readings, A_COMMIT):
            async with conn.transaction(), conn.cursor() as cursor:
                for statement, types, rows, each in tables:
                    async with cursor.copy(statement) as copy:
                        copy.set_types(types)
                        for row in rows[start * each : (start + A_COMMIT) * each]:
                            await copy.write_row(row)
    return time.perf_counter() - began
