"""One record of a device, with two times: read by two hubs, or again after its clock was set.

A hub corrects what a wrong clock wrote by how wrong the clock is, which is never measured the same twice. The
device's own clock stays in the record, and tells that it is one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from math import isclose
from typing import TypeAlias

from psycopg import AsyncConnection

from edge_agent.wire.codes import Flag
from edge_agent.wire.messages import Reading
from edge_agent.wire.vitals import Vital
from gateway.database import statements
from gateway.ingest.rows import Candidate, RecordIdentity

_SQL = statements.load(__name__)
CORRECTED_BEYOND_S = 120
"""By the contract a hub corrects a clock that is wrong by more than two minutes."""
AS_STORED = 1e-6
"""Values are kept in four bytes: equal to about seven digits."""

Values: TypeAlias = Sequence[float | None]
"""In the order of the vital table."""


def is_corrected(reading: Reading) -> bool:
    """Whether `measured_at` is not what the device's clock said: that was wrong, or cannot be."""
    offset = reading.clock_offset_s
    is_wrong = Flag.TIME_FAULT in reading.flags or (offset is not None and abs(offset) > CORRECTED_BEYOND_S)
    return reading.device_clock is not None and is_wrong


async def twins(conn: AsyncConnection, candidates: Collection[Candidate]) -> set[RecordIdentity]:
    """Those that are stored, or come before in `candidates`, with the same values and another time.

    Needs the locks of ingest on their sources.
    """
    source_ids = list({candidate.source_id for candidate in candidates})
    rows = await conn.execute(_SQL["sources_with_wrong_clocks"], {"source_ids": source_ids})
    suspect = {source_id for (source_id,) in await rows.fetchall()}
    suspect |= {candidate.source_id for candidate in candidates if is_corrected(candidate.reading)}
    asked = [
        candidate
        for candidate in candidates
        if candidate.source_id in suspect and candidate.reading.device_clock is not None
    ]
    return await _stored_twins(conn, asked) | _twins_among(asked) if asked else set()


async def remember(conn: AsyncConnection, stored: Iterable[Candidate]) -> None:
    """Keep the device's clock of the readings whose time was corrected."""
    corrected = [candidate for candidate in stored if is_corrected(candidate.reading)]
    if corrected:
        await conn.execute(_SQL["remember"], _row(corrected))


async def _stored_twins(conn: AsyncConnection, asked: Sequence[Candidate]) -> set[RecordIdentity]:
    row = _row(asked) | {"uncorrected": [_uncorrected(candidate.reading) for candidate in asked]}
    found = await (await conn.execute(_SQL["twins"], row)).fetchall()
    return {
        asked[nth - 1].identity
        for nth, *values in found
        if _are_same(values, _values(asked[nth - 1].reading))
    }


def _twins_among(asked: Sequence[Candidate]) -> set[RecordIdentity]:
    first: dict[tuple[int, datetime | None, int], Candidate] = {}
    found = set()
    for candidate in asked:
        before = first.setdefault(
            (candidate.source_id, candidate.reading.device_clock, candidate.tie), candidate
        )
        if before.reading.measured_at != candidate.reading.measured_at and _are_same(
            _values(before.reading), _values(candidate.reading)
        ):
            found.add(candidate.identity)
    return found


def _row(candidates: Sequence[Candidate]) -> dict[str, list[object]]:
    return {
        "source_ids": [candidate.source_id for candidate in candidates],
        "device_clocks": [candidate.reading.device_clock for candidate in candidates],
        "ties": [candidate.tie for candidate in candidates],
        "measured_at": [candidate.reading.measured_at for candidate in candidates],
    }


def _uncorrected(reading: Reading) -> datetime | None:
    """When another hub, which took the clock for right, said that it was measured."""
    if not is_corrected(reading) or reading.clock_offset_s is None:
        return None
    try:
        return reading.measured_at + timedelta(seconds=reading.clock_offset_s)
    except OverflowError:  # of a clock beyond the calendar: nobody took it for right
        return None


def _values(reading: Reading) -> Values:
    values = (reading.values.get(vital) for vital in Vital)
    return [None if each is None else each.value for each in values]


def _are_same(ones: Values, others: Values) -> bool:
    return all(
        one == other or (one is not None and other is not None and isclose(one, other, rel_tol=AS_STORED))
        for one, other in zip(ones, others, strict=True)
    )
