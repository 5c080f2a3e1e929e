"""Daily summaries against the real database: what a judgement touches is summarised anew."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from edge_agent.wire.messages import Reading
from gateway.database.pool import Pool
from gateway.evaluation import reattribution
from gateway.evaluation.evaluate import evaluate_once
from gateway.evaluation.reattribution import Placement
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.patients import patients
from gateway.readings import series, summaries
from gateway.readings.series import Range, Width
from gateway.readings.summaries import DaySummary
from gateway.rules import load_shipped
from tests.gateway.ward import NOON, Ward, glucose, message

DAY = timedelta(days=1)
YEAR = (date(2025, 4, 1), date(2026, 4, 1))
RULES = load_shipped()


async def measure(pool: Pool, *readings: Reading) -> None:
    await store_batch(pool, Registry(), [message(*readings, now=NOON)], NOON)
    await judge(pool)


async def judge(pool: Pool) -> None:
    while await evaluate_once(pool, RULES, NOON):
        pass


async def days(ward: Ward, patient_id: int) -> list[DaySummary]:
    found = await summaries.of_patient(ward.conn, patient_id, *YEAR)
    await ward.conn.commit()
    return found


async def test_a_day_is_summarised_with_its_readings(ward: Ward, pool: Pool) -> None:
    patient_id = await ward.patient()
    await ward.assign(patient_id)
    late_evening = datetime(2026, 2, 20, 23, 30, tzinfo=UTC)  # the 21st where the patient lives
    await measure(pool, glucose(90.0, late_evening), glucose(110.0, NOON - 8 * DAY))
    assert await days(ward, patient_id) == [
        DaySummary(date(2026, 2, 21), "blood_glucose", 2, 0, 100.0, 90.0, 110.0)
    ]


async def test_a_late_reading_changes_its_own_day(ward: Ward, pool: Pool) -> None:
    patient_id = await ward.patient()
    await ward.assign(patient_id)
    await measure(pool, glucose(100.0, NOON - 30 * DAY), glucose(100.0))
    await measure(pool, glucose(120.0, NOON - 30 * DAY + timedelta(hours=1)))
    assert [(each.readings, each.high) for each in await days(ward, patient_id)] == [(2, 120.0), (1, 100.0)]


async def test_days_move_with_their_assignment(ward: Ward, pool: Pool) -> None:
    one, other = await ward.patient("P1"), await ward.patient("P2")
    await ward.assign(one)
    await measure(pool, glucose(100.0, NOON - 2 * DAY), glucose(110.0))
    placement = (await reattribution.get(ward.conn, ward.nurse, 1)).placement
    until_yesterday = Placement(one, placement.since, NOON - DAY)
    await reattribution.change(ward.conn, ward.nurse, 1, until_yesterday, why="given away", now=NOON)
    await ward.conn.commit()
    await ward.assign(other, since=NOON - DAY)
    await judge(pool)
    assert [each.mean for each in await days(ward, one)] == [100.0]
    assert [each.mean for each in await days(ward, other)] == [110.0]


async def test_they_say_what_the_series_says(ward: Ward, pool: Pool) -> None:
    patient_id = await ward.patient()
    await ward.assign(patient_id)
    for n in range(4):
        hours = (1, 5, 11)
        await measure(pool, *(glucose(80.0 + n + each, NOON - n * DAY - each * DAY / 24) for each in hours))
    patient = await patients.get_patient(ward.conn, ward.nurse, patient_id)
    buckets = await series.buckets(ward.conn, patient, Width.DAY, Range(None, None, 100))
    told = [(each.readings, each.low, each.high) for each in await days(ward, patient_id)]
    assert told == [
        (each.readings, each.low, each.high)
        for bucket in reversed(buckets)
        for each in bucket.vitals.values()
    ]
    assert sum(readings for readings, *_ in told) == 12
