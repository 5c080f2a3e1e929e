"""What the flags of a reading do to its judgement, against the real database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from edge_agent.wire.codes import AbsentReason, Bearing, Flag
from edge_agent.wire.messages import Reading
from gateway.database.pool import Pool
from gateway.readings import history, latest_values
from gateway.readings.history import Span
from tests.gateway.evaluation.test_evaluate import column, evaluate, store
from tests.gateway.ward import NOON, SCALE, Ward, glucose, weight

MINUTE = timedelta(minutes=1)
NOBODYS = [flag for flag in Flag if flag.bearing is Bearing.NOT_OF_A_PATIENT]
DOUBTED = [flag for flag in Flag if flag.bearing is Bearing.IN_DOUBT]
TOLD = {Flag.PULSE_BELOW_RANGE, Flag.PULSE_ABOVE_RANGE}  # by rules of their own
INFORMING = [flag for flag in Flag if flag.bearing is Bearing.INFORMATION and flag not in TOLD]


def flagged(reading: Reading, *flags: Flag) -> Reading:
    return reading.model_copy(update={"flags": flags})


async def arrive(pool: Pool, *readings: Reading) -> None:
    await store(pool, *readings)
    await evaluate(pool, readings[-1].captured_at)


@pytest.mark.parametrize("flag", NOBODYS)
async def test_what_is_no_patients_value_is_kept_and_not_judged(ward: Ward, pool: Pool, flag: Flag) -> None:
    patient_id = await ward.patient()
    await ward.assign(patient_id)
    await arrive(pool, flagged(glucose(30.0), flag), flagged(glucose(AbsentReason.BELOW_RANGE), flag))
    assert await ward.count("task") == await ward.count("episode") == await ward.count("daily_summary") == 0
    assert await latest_values.latest(ward.conn, [patient_id]) == {}
    found = await history.readings(ward.conn, patient_id, Span(None, None, None, 10))
    assert [(each.flags, each.counts) for each in found] == [([flag.code], False)] * 2


@pytest.mark.parametrize("flag", NOBODYS)
async def test_what_is_no_patients_value_clears_and_confirms_nothing(
    ward: Ward, pool: Pool, flag: Flag
) -> None:
    await ward.assign(await ward.patient())
    await arrive(pool, glucose(44.0))
    await arrive(pool, flagged(glucose(120.0, NOON + 20 * MINUTE), flag))
    await arrive(pool, flagged(glucose(40.0, NOON + 25 * MINUTE), flag))
    assert await column(ward, b"SELECT cleared_at FROM episode") == [None]
    assert await column(ward, b"SELECT repeat_state FROM task") == ["asked"]
    assert await ward.count("evidence") == 1


@pytest.mark.parametrize("flag", DOUBTED)
async def test_a_task_that_rests_on_a_doubtful_value_says_so(ward: Ward, pool: Pool, flag: Flag) -> None:
    await ward.assign(await ward.patient())
    await arrive(pool, flagged(glucose(31.0), flag))
    said = flag.code.replace("-", " ")
    assert await column(ward, b"SELECT doubt FROM task") == [
        f"The device itself puts this value in doubt: {said}."
    ]


async def test_a_doubtful_value_clears_and_confirms_nothing(ward: Ward, pool: Pool) -> None:
    await ward.assign(await ward.patient())
    await arrive(pool, glucose(44.0))
    await arrive(pool, flagged(glucose(120.0, NOON + 20 * MINUTE), Flag.INVALID_MEASUREMENT))
    await arrive(pool, flagged(glucose(41.0, NOON + 25 * MINUTE), Flag.SENSOR_OFF_BODY))
    assert await column(ward, b"SELECT cleared_at FROM episode") == [None]
    assert await column(ward, b"SELECT repeat_state FROM task") == ["asked"]
    await arrive(pool, glucose(121.0, NOON + 30 * MINUTE))
    assert await column(ward, b"SELECT cleared_at FROM episode") == [NOON + 30 * MINUTE]
    assert await column(ward, b"SELECT repeat_state FROM task") == ["recovered"]


@pytest.mark.parametrize("flag", INFORMING)
async def test_what_a_device_says_beside_a_value_changes_no_judgement(
    ward: Ward, pool: Pool, flag: Flag
) -> None:
    await ward.assign(await ward.patient())
    await arrive(pool, flagged(glucose(44.0), flag))
    await arrive(pool, flagged(glucose(120.0, NOON + 20 * MINUTE), flag))
    assert await column(ward, b"SELECT cleared_at FROM episode") == [NOON + 20 * MINUTE]
    assert await column(ward, b"SELECT doubt FROM task") == [None]


async def test_the_database_counts_what_the_table_of_flags_says(ward: Ward) -> None:
    for flag in Flag:
        rows = await ward.conn.execute("SELECT is_of_a_patient(%s)", [1 << flag.value])
        assert await rows.fetchone() == (flag.bearing is not Bearing.NOT_OF_A_PATIENT,)


async def test_a_weight_does_not_confirm_itself(ward: Ward, pool: Pool) -> None:
    await ward.assign(await ward.patient("P1", "heart-failure"), SCALE)
    days = [weight(kg, NOON + timedelta(days=day)) for day, kg in enumerate([80.0, 80.4, 80.9, 83.4])]
    await arrive(pool, *days)
    raised_at = days[-1].measured_at
    assert await column(ward, b"SELECT repeat_state FROM task") == ["asked"]
    await arrive(pool, weight(83.5, raised_at))  # another reading of the same moment
    assert await column(ward, b"SELECT repeat_state FROM task") == ["asked"]
    await arrive(pool, weight(83.4, raised_at + MINUTE))
    assert await column(ward, b"SELECT repeat_state FROM task") == ["confirmed"]
    assert await ward.count("task") == 1
