"""The latest values of patients, against the real database."""

from __future__ import annotations

from datetime import timedelta

from edge_agent.wire.codes import AbsentReason
from gateway.database.pool import Pool
from gateway.evaluation import corrections
from gateway.evaluation.corrections import CorrectedReading
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.readings import latest_values
from gateway.readings.latest_values import Latest
from tests.gateway.ward import NOON, SCALE, Ward, glucose, message, weight

HOUR = timedelta(hours=1)


async def test_the_newest_value_of_each_vital_that_counts(ward: Ward, pool: Pool) -> None:
    one, other = await ward.patient("P1"), await ward.patient("P2")
    await ward.assign(one)
    await ward.assign(one, SCALE, until=NOON - HOUR)
    await ward.assign(other, SCALE, since=NOON - HOUR)
    readings = [
        glucose(100.0, NOON - 3 * HOUR),
        glucose(110.0, NOON - 2 * HOUR),
        glucose(400.0, NOON - HOUR),
        glucose(AbsentReason.UNSUCCESSFUL, NOON),
        weight(80.0, NOON - 2 * HOUR),
        weight(60.0, NOON),
    ]
    await store_batch(pool, Registry(), [message(*readings)], NOON)
    [(source_id, tie)] = await (
        await ward.conn.execute("SELECT source_id, tie FROM reading WHERE blood_glucose = 400")
    ).fetchall()
    wrong = CorrectedReading(source_id, NOON - HOUR, tie)
    await corrections.retract(ward.conn, ward.nurse, one, wrong, why="a guest's", now=NOON)
    assert await latest_values.latest(ward.conn, [one, other]) == {
        one: {
            "blood_glucose": Latest(110.0, "mg/dL", NOON - 2 * HOUR, []),
            "body_weight": Latest(80.0, "kg", NOON - 2 * HOUR, []),
        },
        other: {"body_weight": Latest(60.0, "kg", NOON, [])},
    }
