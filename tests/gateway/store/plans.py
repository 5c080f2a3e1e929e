"""What PostgreSQL does for a query, and a patient whose readings lie in many chunks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import AsyncConnection

from tests.gateway.ward import METER, SCALE, Ward

INDEXED = {"Index Scan", "Index Only Scan", "Bitmap Heap Scan"}
FILL = """
INSERT INTO reading (measured_at, source_id, hub_run, position, delay_s, flags, tie, blood_glucose)
SELECT at, source_id, 1, 1, 0, 0, 0, 100
FROM generate_series(1, 100) AS source_id,
    generate_series(%(since)s::timestamptz, %(until)s, interval '1 day') AS at
"""


@dataclass(frozen=True)
class Plan:
    """What was done with the table of readings: the chunks that were scanned (once or more), and how."""

    scans: Mapping[str, str]

    @classmethod
    async def of(cls, conn: AsyncConnection, statement: bytes, row: Mapping[str, object]) -> Plan:
        """Run the statement and see. A scan that never began is none."""
        explain = b"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) " + statement
        [(plans,)] = await (await conn.execute(explain, row)).fetchall()
        return cls(
            {
                node["Relation Name"]: node["Node Type"]
                for node in _nodes(plans[0]["Plan"])
                if _is_of_readings(node.get("Relation Name", ""))
                and "Plans" not in node
                and node["Actual Loops"] > 0
            }
        )


async def fill(ward: Ward, since: datetime, until: datetime) -> None:
    """A reading a day of many sources, so that an index is worth its while; the first two are patients'."""
    for device, identifier in ((METER, "P1"), (SCALE, "P2")):
        await ward.assign(await ward.patient(identifier), device, since=since - timedelta(days=1))
    await ward.conn.execute(FILL.encode(), {"since": since, "until": until})
    await ward.conn.execute("ANALYZE reading")
    await ward.conn.commit()


def _is_of_readings(relation: str) -> bool:
    return relation == "reading" or relation.startswith("_hyper_")


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from _nodes(each)
