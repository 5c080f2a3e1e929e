"""The latest values of many patients at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection

from edge_agent.wire.vitals import Vital
from gateway.database import statements
from gateway.readings.history import flag_codes

_SQL = statements.load(__name__)
NEWEST = 50
"""Values of each source that are looked at: ten readings and more of a device that gives every vital."""


@dataclass(frozen=True)
class Latest:
    """The newest value of one vital that counts, in its canonical unit, and what the device said of it."""

    value: float
    unit: str
    measured_at: datetime
    flags: list[str]


async def latest(conn: AsyncConnection, patient_ids: Collection[int]) -> Mapping[int, Mapping[str, Latest]]:
    """By patient and the vital's code. Whether the patients are within reach is asked before."""
    row = {"patient_ids": list(patient_ids), "newest": NEWEST}
    found: dict[int, dict[str, Latest]] = defaultdict(dict)
    rows = await conn.execute(_SQL["latest"], row, prepare=True)
    for patient_id, vital, value, measured_at, flags in await rows.fetchall():
        unit = Vital.from_code(vital).unit
        found[patient_id][vital] = Latest(value, unit, measured_at, flag_codes(flags))
    return found
