"""From stored readings to tasks, against the real database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from psycopg import AsyncConnection

from alerting.rules import Requirement
from edge_agent.wire.codes import AbsentReason, EventKind, ReadingKind
from edge_agent.wire.messages import PatientEvent, Quantity, Reading
from edge_agent.wire.vitals import Vital
from gateway.database.pool import Pool
from gateway.evaluation.due_work import AssignedMeanwhile, take_due
from gateway.evaluation.evaluate import evaluate_once
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.patients import enrolments
from gateway.rules import load_shipped
from gateway.staff.permissions import Role
from gateway.tasks import actions
from gateway.tasks.actions import Act
from gateway.tasks.outcomes import Outcome
from gateway.tasks.states import Action
from tests.gateway.ward import METER, NOON, SCALE, Ward, glucose, message, weight
from tests.servers.patience import eventually

RULES = load_shipped()


async def store(pool: Pool, *readings: Reading) -> None:
    await store_batch(pool, Registry(), [message(*readings)], max(each.captured_at for each in readings))


async def evaluate(pool: Pool, now: datetime = NOON) -> None:
    while await evaluate_once(pool, RULES, now):
        pass


async def column(ward: Ward, query: bytes) -> list[object]:
    rows = [row[0] for row in await (await ward.conn.execute(query)).fetchall()]
    await ward.conn.commit()
    return rows


async def test_a_low_becomes_one_task_and_further_lows_join_it(ward: Ward, pool: Pool) -> None:
    await ward.assign(await ward.patient())
    await evaluate(pool)
    await store(pool, glucose(100.0), glucose(53.0, NOON + timedelta(minutes=5)))
    await evaluate(pool)
    await evaluate(pool)
    assert await ward.count("task") == await ward.count("evidence") == await ward.count("episode") == 1
    await store(pool, glucose(41.0, NOON + timedelta(minutes=20)))
    await evaluate(pool)
    assert (await ward.count("task"), await ward.count("evidence")) == (1, 2)
    assert await column(ward, b"SELECT reason FROM task") == ["Blood glucose 41 mg/dL (below 54 mg/dL)"]
    assert await column(ward, b"SELECT repeat_state FROM task") == ["confirmed"]
    assert await column(ward, b"SELECT note FROM task_transition ORDER BY task_transition_id") == [
        "",
        "A second measurement shows that it holds on.",
    ]
    assert await ward.count("due") == 0


async def test_a_value_is_judged_as_it_was_measured_and_not_as_four_bytes_hold_it(
    ward: Ward, pool: Pool
) -> None:
    await ward.assign(await ward.patient("P1", "general"))
    limit = glucose(39.1).model_copy(
        update={"values": {Vital.BODY_TEMPERATURE: Quantity(value=39.1, unit="Cel")}}
    )
    await store(pool, limit)
    await evaluate(pool)
    assert await column(ward, b"SELECT rule_id FROM task") == ["temperature-39-1-or-more"]


async def test_beyond_the_meters_range_is_judged_as_low_or_high(ward: Ward, pool: Pool) -> None:
    await ward.assign(await ward.patient())
    await store(
        pool, glucose(AbsentReason.BELOW_RANGE), glucose(AbsentReason.ABOVE_RANGE, NOON - timedelta(1))
    )
    await evaluate(pool)
    assert await column(ward, b"SELECT rule_id FROM evidence ORDER BY measured_at") == [
        "critical-high-glucose",
        "critical-low-glucose",
    ]


async def test_completing_does_not_mute(ward: Ward, pool: Pool) -> None:
    await ward.assign(await ward.patient())
    await store(pool, glucose(50.0))
    await evaluate(pool)
    [task_id] = await column(ward, b"SELECT task_id FROM task")
    assert isinstance(task_id, int)
    await actions.do(ward.conn, Act(task_id, ward.nurse, 1, NOON), Action.CLAIM)
    await actions.complete(ward.conn, Act(task_id, ward.nurse, 2, NOON, "ate"), Outcome.ADVICE_GIVEN)
    await ward.conn.commit()
    await store(pool, glucose(49.0, NOON + timedelta(minutes=30)))
    await evaluate(pool)
    assert await column(ward, b"SELECT previous_task_id FROM task ORDER BY task_id") == [None, task_id]
    assert await ward.count("episode") == 1


async def test_a_reading_is_judged_at_its_own_time(ward: Ward, pool: Pool) -> None:
    await ward.assign(await ward.patient(), since=NOON.replace(year=1985))
    low, high = NOON.replace(year=1989), NOON.replace(year=1989) + timedelta(hours=2)
    await store(pool, glucose(150.0, high))
    await evaluate(pool)
    await store(pool, glucose(40.0, low))
    await evaluate(pool)
    assert await column(ward, b"SELECT measured_at FROM task") == [low]
    assert await column(ward, b"SELECT raised_at FROM task") == [NOON]
    assert await column(ward, b"SELECT cleared_at FROM episode") == [high]


async def test_weight_gain_over_three_days(ward: Ward, pool: Pool) -> None:
    await ward.assign(await ward.patient("P1", "heart-failure"), SCALE)
    days = [weight(kg, NOON + timedelta(days=day)) for day, kg in enumerate([80.0, 80.4, 80.9])]
    await store(pool, *days)
    await evaluate(pool)
    assert await ward.count("task") == 0
    await store(pool, weight(82.2, NOON + timedelta(days=2, hours=20)))
    await evaluate(pool)
    assert await column(ward, b"SELECT rule_id FROM task") == ["weight-gain-3-days"]
    assert await column(ward, b"SELECT from_at FROM evidence") == [NOON]


@pytest.mark.parametrize("programme", list(RULES))
async def test_whoever_asks_for_help_is_called(ward: Ward, pool: Pool, programme: str) -> None:
    await ward.assign(await ward.patient("P1", programme))
    request = Reading.model_validate(
        glucose(100.0).model_dump()
        | {
            "kind": ReadingKind.EVENT,
            "values": {},
            "event": PatientEvent(kind=EventKind.HELP_REQUEST),
        }
    )
    await store(pool, request)
    await evaluate(pool)
    assert await column(ward, b"SELECT rule_id FROM task WHERE priority = 'urgent'") == ["help-request"]
    assert await column(ward, b"SELECT reason FROM task") == ["Help request reported"]


async def test_unassigned_readings_belong_to_the_patient_once_assigned(ward: Ward, pool: Pool) -> None:
    patient_id = await ward.patient()
    await store(pool, glucose(45.0))
    await evaluate(pool)
    assert (await ward.count("task"), await ward.count("due")) == (0, 0)
    await ward.assign(patient_id, since=NOON - timedelta(hours=1))
    await evaluate(pool)
    assert await column(ward, b"SELECT patient_id FROM task") == [patient_id]


async def test_a_patient_without_the_programme_is_judged_by_the_safety_net_alone(
    ward: Ward, pool: Pool
) -> None:
    await ward.assign(await ward.patient("P1", "hypertension"))
    await store(pool, glucose(310.0), glucose(320.0, NOON - timedelta(hours=3)))
    await evaluate(pool)
    assert await ward.count("task") == 0
    await store(pool, glucose(45.0, NOON - timedelta(hours=1)))
    await evaluate(pool)
    assert await column(ward, b"SELECT rule_id FROM task") == ["glucose-below-54"]


async def test_who_is_in_no_programme_is_not_judged(ward: Ward, pool: Pool) -> None:
    patient_id = await ward.patient()
    await ward.assign(patient_id)
    await ward.conn.execute("DELETE FROM enrolment")
    await ward.conn.commit()
    await store(pool, glucose(45.0))
    await evaluate(pool)
    assert await ward.count("task") == 0


async def test_a_childs_limits_hold_until_they_come_of_age(ward: Ward, pool: Pool) -> None:
    await ward.assign(await ward.patient("P1", "heart-failure"))
    of_a_pulse = glucose(48.0).model_copy(
        update={"values": {Vital.PULSE_RATE: Quantity(value=48.0, unit="/min")}}
    )
    for born, told in (
        (NOON - timedelta(days=18 * 366), []),
        (NOON - timedelta(days=17 * 365), ["slow-pulse"]),
    ):
        await ward.conn.execute("UPDATE patient SET birth_date = %s", (born.date(),))
        await ward.conn.execute("UPDATE patient_state SET rejudge_from = %s, next_due_at = %s", (NOON, NOON))
        await ward.conn.commit()
        if not told:
            await store(pool, of_a_pulse)
        await evaluate(pool)
        assert await column(ward, b"SELECT condition FROM task") == told


async def test_the_net_that_a_clinician_takes_off_leaves_the_values_beyond_doubt(
    ward: Ward, pool: Pool
) -> None:
    patient_id = await ward.patient("P1", "hypertension")
    await ward.assign(patient_id)
    clinician = replace(ward.nurse, role=Role.CLINICIAN)
    await enrolments.mark(
        ward.conn, clinician, patient_id, Requirement.SAFETY_NET, why="measured by others", now=NOON
    )
    await ward.conn.commit()
    await store(pool, glucose(45.0))
    await evaluate(pool)
    assert await ward.count("task") == 0
    await store(pool, glucose(39.0, NOON - timedelta(hours=1)))
    await evaluate(pool)
    assert await column(ward, b"SELECT rule_id FROM task") == ["critical-low-glucose"]
    await enrolments.unmark(ward.conn, clinician, patient_id, Requirement.SAFETY_NET, NOON)
    await ward.conn.commit()
    await evaluate(pool)
    assert await column(ward, b"SELECT rule_id FROM evidence ORDER BY measured_at") == [
        "critical-low-glucose",
        "glucose-below-54",
    ]


async def test_a_patient_whom_another_evaluator_has_is_left_to_it(
    ward: Ward, pool: Pool, database_url: str
) -> None:
    await ward.assign(await ward.patient())
    await store(pool, glucose(45.0))
    async with await AsyncConnection.connect(database_url) as other:
        await other.execute("SELECT FROM patient_state FOR UPDATE")
        assert await evaluate_once(pool, RULES, NOON) == 0
        assert await ward.count("due") == 2
    await evaluate(pool)
    assert (await ward.count("task"), await ward.count("due")) == (1, 0)


async def test_an_evaluator_looks_beyond_the_patients_whom_another_has(
    ward: Ward, pool: Pool, database_url: str
) -> None:
    first = await ward.patient("P1")
    await ward.assign(first, METER)
    second = await ward.patient("P2")
    await ward.assign(second, SCALE)
    await evaluate(pool)
    await store(pool, glucose(45.0))
    await store(pool, weight(80.0))
    async with await AsyncConnection.connect(database_url) as other, pool.connection() as conn:
        await other.execute("SELECT FROM patient_state WHERE patient_id = %s FOR UPDATE", [first])
        taken = await take_due(conn, 1, RULES, NOON)  # of one source at a time, and the first's came first
        assert [subject.patient_id for subject in taken.subjects] == [second]


async def test_many_writers_and_evaluators_raise_each_task_once(ward: Ward, pool: Pool) -> None:
    devices = [METER.model_copy(update={"identifier": f"meter-{number}"}) for number in range(8)]
    for device in devices:
        await ward.assign(await ward.patient(device.identifier), device)
    done = asyncio.Event()

    async def write(number: int) -> None:
        for minute in range(20):
            at = NOON + timedelta(minutes=minute, seconds=number)
            await store(pool, *(glucose(50.0 if minute % 5 else 90.0, at, device=each) for each in devices))

    async def judge() -> None:
        while not (done.is_set() and await ward.count("due") == 0):
            try:
                await evaluate_once(pool, RULES, NOON)
            except AssignedMeanwhile:
                continue
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as evaluators:
        judging = evaluators.create_task(judge()), evaluators.create_task(evaluate_until(pool, done))
        async with asyncio.TaskGroup() as writers:
            for number in range(3):
                writers.create_task(write(number))
        done.set()
        await asyncio.gather(*judging)
    assert await ward.count("reading") == 8 * 20 * 3
    assert await ward.count("task") == 8
    assert await ward.count("evidence") == 8 * 16 * 3


async def evaluate_until(pool: Pool, done: asyncio.Event) -> None:
    while not done.is_set():
        await evaluate_once(pool, RULES, NOON)
        await asyncio.sleep(0)


async def test_an_assignment_made_while_due_rows_are_taken_is_not_lost(
    ward: Ward, pool: Pool, database_url: str
) -> None:
    await store(pool, glucose(45.0))
    patient_id = await ward.patient()
    async with await AsyncConnection.connect(database_url) as other:
        await other.execute("SELECT FROM due FOR UPDATE")
        evaluating = asyncio.create_task(evaluate_once(pool, RULES, NOON))
        await eventually(lambda: column(ward, b"SELECT 1 FROM pg_locks WHERE NOT granted"))
        await ward.assign(patient_id)
    with pytest.raises(AssignedMeanwhile):
        await evaluating
    await evaluate(pool)
    assert await ward.count("task") == 1
