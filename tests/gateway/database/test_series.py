"""A patient's readings in buckets, against the real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from edge_agent.wire.codes import AbsentReason
from gateway.database.pool import Pool
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.patients import patients
from gateway.readings import series
from gateway.readings.series import Bucket, Range, Summary, Width
from tests.gateway.ward import NOON, Ward, glucose, message, weight

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
ALL = Range(None, None, 100)


async def buckets(ward: Ward, patient_id: int, width: Width, part: Range = ALL) -> list[Bucket]:
    patient = await patients.get_patient(ward.conn, ward.nurse, patient_id)
    return await series.buckets(ward.conn, patient, width, part)


async def test_a_day_is_the_patients_own_also_when_summer_time_begins(ward: Ward, pool: Pool) -> None:
    patient_id = await ward.patient()  # in Berlin, where the 29th of March has 23 hours
    await ward.assign(patient_id)
    midnights = [datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)]
    readings = [
        glucose(100.0 + number, midnight + shift)
        for number, midnight in enumerate(midnights)
        for shift in (-timedelta(seconds=1), timedelta())
    ]
    now = midnights[-1] + HOUR
    await store_batch(pool, Registry(), [message(*readings, now=now)], now)
    found = await buckets(ward, patient_id, Width.DAY)
    assert [(each.starts_at, each.vitals["blood_glucose"].readings) for each in found] == [
        (midnights[1], 1),
        (midnights[0], 2),
        (midnights[0] - DAY, 1),
    ]


async def test_a_bucket_says_how_many_their_mean_and_their_bounds(ward: Ward, pool: Pool) -> None:
    patient_id = await ward.patient()
    await ward.assign(patient_id)
    readings = [glucose(value, NOON + n * HOUR) for n, value in enumerate((90.0, 110.0, 130.0))]
    failed = glucose(AbsentReason.ABOVE_RANGE, NOON + 3 * HOUR)
    await store_batch(pool, Registry(), [message(*readings, failed)], NOON + 4 * HOUR)
    [week] = await buckets(ward, patient_id, Width.WEEK)
    assert week.vitals == {"blood_glucose": Summary(3, 0, 110.0, 90.0, 130.0, "mg/dL")}
    hours = await buckets(ward, patient_id, Width.HOUR, Range(NOON + HOUR, NOON + 2 * HOUR, 100))
    assert [each.starts_at for each in hours] == [NOON + HOUR]


async def test_pages_follow_each_other_without_loss(ward: Ward, pool: Pool) -> None:
    patient_id = await ward.patient()
    await ward.assign(patient_id)
    readings = [glucose(100.0, NOON + n * DAY) for n in range(5)]
    await store_batch(pool, Registry(), [message(*readings)], NOON + 5 * DAY)
    until, seen = None, []
    while page := await buckets(ward, patient_id, Width.DAY, Range(None, until, 2)):
        seen += [each.starts_at for each in page]
        until = page[-1].starts_at
    assert seen == [each.starts_at for each in await buckets(ward, patient_id, Width.DAY)]
    assert len(seen) == 5


async def test_only_what_was_measured_while_it_was_the_patients(ward: Ward, pool: Pool) -> None:
    one, other = await ward.patient("P1"), await ward.patient("P2")
    await ward.assign(one, until=NOON)
    await ward.assign(other, since=NOON)
    readings = [glucose(100.0, NOON - HOUR), glucose(200.0, NOON), weight(80.0)]
    await store_batch(pool, Registry(), [message(*readings)], NOON + HOUR)
    [[ones], [others]] = [await buckets(ward, each, Width.DAY) for each in (one, other)]
    assert ones.vitals["blood_glucose"].mean == 100.0
    assert others.vitals["blood_glucose"].mean == 200.0
    assert "body_weight" not in others.vitals
