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
PLAIN = (
    """INSERT INTO patient (organisation_id, care_team_id, identifier, family_name, given_name, birth_date,
        time_zone)
    SELECT %(organisation_id)s, %(team_id)s, 'N' || n, 'Doe', 'Jo', '1950-01-01', 'UTC'
    FROM generate_series(1, 100) AS n""",
    """INSERT INTO daily_summary (patient_id, day, vital, organisation_id, readings, flagged, mean, low, high)
    SELECT patient_id, date '2025-03-01' + day, 'body_weight', organisation_id, 1, 0, 80, 80, 80
    FROM patient, generate_series(1, 365) AS day""",
    """INSERT INTO hub (organisation_id, name, broker_password_hash)
    SELECT %(organisation_id)s, 'hub-' || n, 'no password' FROM generate_series(1, 2000) AS n""",
    "INSERT INTO hub_run (hub_id, epoch) SELECT hub_id, epoch FROM hub, generate_series(1, 3) AS epoch",
)


@dataclass(frozen=True)
class Plan:
    """What was done with a table: what of it was scanned (of readings: chunks; once or more), and how.

    `indexes` are those of all tables.
    """

    scans: Mapping[str, str]
    indexes: frozenset[str]

    @classmethod
    async def of(
        cls, conn: AsyncConnection, statement: bytes, row: Mapping[str, object], table: str = "reading"
    ) -> Plan:
        """Run the statement and see. A scan that never began is none."""
        explain = b"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) " + statement
        [(plans,)] = await (await conn.execute(explain, row)).fetchall()
        begun = [node for node in _nodes(plans[0]["Plan"]) if node["Actual Loops"] > 0]
        return cls(
            {
                node["Relation Name"]: node["Node Type"]
                for node in begun
                if _is_of(table, node.get("Relation Name", ""))
                and ("Plans" not in node or node["Node Type"] in INDEXED)
            },
            frozenset(node["Index Name"] for node in begun if "Index Name" in node),
        )


async def fill(ward: Ward, since: datetime, until: datetime) -> None:
    """A reading a day of many sources, so that an index is worth its while; the first two are patients'."""
    for device, identifier in ((METER, "P1"), (SCALE, "P2")):
        await ward.assign(await ward.patient(identifier), device, since=since - timedelta(days=1))
    await ward.conn.execute(FILL.encode(), {"since": since, "until": until})
    await ward.conn.execute("ANALYZE reading")
    await ward.conn.commit()


async def fill_plain_tables(ward: Ward) -> None:
    """A year's days of many patients, and the epochs of many hubs."""
    organisation_id = ward.nurse.organisation_id
    for statement in PLAIN:
        await ward.conn.execute(
            statement.encode(), {"organisation_id": organisation_id, "team_id": ward.team_id}
        )
    await ward.conn.execute("ANALYZE daily_summary, hub, hub_run")
    await ward.conn.commit()


def _is_of(table: str, relation: str) -> bool:
    return relation == table or (table == "reading" and relation.startswith("_hyper_"))


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from _nodes(each)
