"""How statements find readings: in the chunks of their time, by the index, never by reading them all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import pytest

from gateway.database import statements
from gateway.database.kind import DatabaseKind
from gateway.readings import latest_values
from tests.gateway.database.plans import INDEXED, Plan, fill, fill_plain_tables
from tests.gateway.ward import HUB, NOON, Ward

A_MONTH = {"since": NOON - timedelta(days=30), "until": NOON}
PLACE = {"before_at": None, "before_source": None, "before_tie": None}
FROM = {"patient_ids": [1, 2], "oldest": A_MONTH["since"]}
STATEMENTS: Mapping[tuple[str, ...], Mapping[str, object]] = {
    ("gateway.readings.history", "readings_of", "spanned", "newest_first"): A_MONTH
    | PLACE
    | {"patient_id": 1, "limit": 100},
    ("gateway.readings.history", "readings_of", "recent", "newest_first"): A_MONTH
    | {"patient_id": 1, "older": 10, "limit": 100},
    ("gateway.readings.series", "buckets"): A_MONTH
    | {"patient_id": 1, "zone": "Europe/Berlin", "bucket": "day", "limit": 100},
    ("gateway.readings.latest_values", "latest"): {"patient_ids": [1, 2], "newest": latest_values.NEWEST},
    ("gateway.evaluation.load", "series"): FROM | {"froms": [A_MONTH["since"]] * 2},
    ("gateway.readings.summaries", "rewrite"): FROM | {"sinces": [A_MONTH["since"]] * 2},
}
"""Of a file, the statement or its parts."""


@pytest.fixture
async def filled(ward: Ward) -> AsyncIterator[Ward]:
    await fill(ward, NOON - timedelta(days=400), NOON)
    yield ward
    await ward.conn.rollback()


@pytest.mark.parametrize("statement", STATEMENTS, ids="-".join)
async def test_only_the_chunks_of_the_time_are_read_and_by_their_index(
    filled: Ward, kind: DatabaseKind, statement: tuple[str, ...]
) -> None:
    file, *parts = statement
    text = b"\n".join(statements.load(file)[part] for part in parts)
    plan = await Plan.of(filled.conn, text, STATEMENTS[statement])
    if kind.has_hypertables:
        assert 2 <= len(plan.scans) <= 3, "of the fifteen chunks, those of the last month or two"
    assert set(plan.scans.values()) <= INDEXED


async def test_days_and_gaps_are_found_by_their_index(ward: Ward) -> None:
    """Adherence day by day, and the missing positions of a hub."""
    await fill_plain_tables(ward)
    month = {key: at.date() for key, at in A_MONTH.items()}
    for file, name, row, table in (
        ("gateway.readings.summaries", "of_patient", month | {"patient_id": 1}, "daily_summary"),
        (
            "gateway.hubs.gaps",
            "of_hub",
            {"name": HUB, "organisation_id": ward.nurse.organisation_id},
            "hub_run",
        ),
    ):
        plan = await Plan.of(ward.conn, statements.load(file)[name], row, table)
        assert plan.scans.keys() == {table}
        assert set(plan.scans.values()) <= INDEXED
