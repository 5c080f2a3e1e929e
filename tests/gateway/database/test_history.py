"""What of a patient's history is recent, against the real database."""

from __future__ import annotations

from datetime import timedelta

from gateway.database.pool import Pool
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.readings import history
from tests.gateway.ward import NOON, SCALE, Ward, glucose, message, weight

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


async def recent(ward: Ward, patient_id: int) -> list[tuple[str, float]]:
    """Which vital, and how many days ago."""
    found = await history.recent(ward.conn, patient_id, NOON - WEEK)
    return [(next(iter(each.values)), (NOON - each.measured_at) / DAY) for each in found]


async def test_the_week_and_of_each_device_some_readings_before_it(ward: Ward, pool: Pool) -> None:
    patient_id = await ward.patient()
    await ward.assign(patient_id)
    await ward.assign(patient_id, SCALE)
    readings = [
        *(glucose(100.0, NOON - days * DAY) for days in range(30)),
        weight(80.0, NOON - 300 * DAY),
        weight(81.0, NOON - 200 * DAY),
    ]
    await store_batch(pool, Registry(), [message(*readings)], NOON)
    days_ago = [*range(8), *range(8, 8 + history.OLDER)]
    assert await recent(ward, patient_id) == [
        *(("blood_glucose", each) for each in days_ago),
        ("body_weight", 200),
        ("body_weight", 300),
    ]


async def test_nothing_is_recent_of_before_the_device_was_the_patients(ward: Ward, pool: Pool) -> None:
    one, other = await ward.patient("P1"), await ward.patient("P2")
    await ward.assign(one, until=NOON - 2 * DAY)
    await ward.assign(other, since=NOON - 2 * DAY)
    readings = [glucose(100.0, NOON - days * DAY) for days in (1, 3, 9)]
    await store_batch(pool, Registry(), [message(*readings)], NOON)
    assert await recent(ward, one) == [("blood_glucose", 3), ("blood_glucose", 9)]
    assert await recent(ward, other) == [("blood_glucose", 1)]
