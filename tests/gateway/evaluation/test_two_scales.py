"""A gain across two scales, one of which turns out to be somebody else's."""

from __future__ import annotations

import pytest

from edge_agent.wire.messages import Device
from gateway.database.pool import Pool
from gateway.evaluation import corrections, reattribution
from gateway.evaluation.corrections import CorrectedReading
from gateway.patients import assignments
from gateway.patients.assignments import NewAssignment
from tests.gateway.evaluation.test_silence import DAY, Home
from tests.gateway.ward import HUB, NOON, SCALE, Ward, weight

OTHER = Device(identifier="AA:BB:CC:00:00:09")


@pytest.fixture
async def home(ward: Ward, pool: Pool) -> Home:
    patient_id = await ward.patient("P1", "heart-failure")
    await ward.assign(patient_id, SCALE)
    await ward.assign(patient_id, OTHER)
    return Home(ward, pool, patient_id)


async def weigh_on_both(home: Home) -> None:
    """80 kg on the one scale; a day later 82.4 kg on the other."""
    await home.at(0, weight(80.0))
    await home.at(1, weight(82.4, NOON + DAY).model_copy(update={"device": OTHER}))
    assert await home.rows("SELECT rule_id, status FROM task") == [("weight-gain-3-days", "ready")]


async def take_away(home: Home, device: Device) -> None:
    query = b"""SELECT assignment_id FROM assignment
        JOIN source USING (source_id) JOIN device USING (device_id) WHERE identifier = %s"""
    [(assignment_id,)] = await (await home.ward.conn.execute(query, (device.identifier,))).fetchall()
    now = NOON + 1.1 * DAY
    await reattribution.change(
        home.ward.conn, home.ward.nurse, assignment_id, None, why="the neighbour's", now=now
    )
    await home.ward.conn.commit()
    await home.at(1.1)


async def test_without_the_lower_weight_there_was_no_gain(home: Home) -> None:
    await weigh_on_both(home)
    await take_away(home, SCALE)
    assert await home.rows("SELECT cleared_at FROM episode") == [(NOON + DAY,)]
    assert await home.rows("SELECT status FROM task") == [
        ("ready",)
    ]  # what presses is never closed by itself
    [(note,)] = await home.rows("SELECT note FROM task_transition ORDER BY task_transition_id DESC LIMIT 1")
    assert note == (
        "Readings turned out not to be this patient's: the neighbour's; "
        "by what holds now the condition does not hold."
    )


async def test_evidence_that_left_says_by_which_rule_it_raised(home: Home) -> None:
    await weigh_on_both(home)
    await take_away(home, OTHER)
    assert await home.rows("SELECT status FROM task") == [("entered-in-error",)]
    assert await home.rows("SELECT FROM evidence") == []
    assert await home.rows("SELECT rule_id, priority FROM evidence_left") == [
        ("weight-gain-3-days", "urgent")
    ]


async def test_a_weight_that_may_be_somebody_elses_is_told_and_says_so(home: Home) -> None:
    for day in range(4):
        await home.at(day, weight(80.0 + day / 10, NOON + day * DAY))
    await home.at(4, weight(92.0, NOON + 4 * DAY))
    doubt = "+11.8 kg from what the patient usually weighs: somebody else may have used the scale."
    assert await home.rows("SELECT rule_id, status, doubt FROM task ORDER BY rule_id") == [
        ("strange-weight", "ready", doubt),
        ("weight-gain-3-days", "ready", doubt),
    ]


async def test_a_weight_counts_once_somebody_says_that_it_is_the_patients(home: Home) -> None:
    """Until then the next one is held against those before; from then on the task about it is closed."""
    for day in range(4):
        await home.at(day, weight(80.0, NOON + day * DAY))
    await home.at(4, weight(70.0, NOON + 4 * DAY))
    await home.at(4.5, weight(71.0, NOON + 4.5 * DAY))
    about = "SELECT measured_at FROM evidence WHERE condition = 'strange-weight' ORDER BY measured_at"
    assert await home.rows(about) == [(NOON + 4 * DAY,), (NOON + 4.5 * DAY,)]
    query = "SELECT source_id, tie FROM reading WHERE measured_at = %s"
    conn, nurse = home.ward.conn, home.ward.nurse
    for when in (4.0, 4.5):
        cursor = await conn.execute(query.encode(), (NOON + when * DAY,))
        [(source_id, tie)] = await cursor.fetchall()
        key = CorrectedReading(source_id, NOON + when * DAY, tie)
        now = NOON + 4.6 * DAY
        await corrections.confirm(conn, nurse, home.patient_id, key, why="seen on the scale", now=now)
        await conn.commit()
    await home.at(4.7)
    [(status,)] = await home.rows("SELECT status FROM task WHERE condition = 'strange-weight'")
    assert status == "cancelled"
    await home.at(5, weight(73.2, NOON + 5 * DAY))
    gain = "SELECT rule_id, doubt FROM task WHERE condition = 'weight-gain'"
    assert await home.rows(gain) == [("weight-gain-3-days", None)]


async def test_a_device_that_does_not_say_who_used_it_is_told_and_says_so(home: Home, ward: Ward) -> None:
    spouse = await ward.patient("P2", "heart-failure")
    second_slot = NewAssignment(HUB, SCALE.identifier, 1, spouse, NOON - DAY, None)
    await assignments.assign(ward.conn, ward.nurse, second_slot, NOON)
    await ward.conn.commit()
    await home.at(0, weight(80.0))
    await home.at(1, weight(82.4, NOON + DAY))
    assert await home.rows("SELECT patient_id, rule_id, doubt FROM task") == [
        (
            *(home.patient_id, "weight-gain-3-days"),
            "The device did not say who used it, and others use it too.",
        )
    ]


async def test_a_device_that_was_another_patients_before_leaves_no_doubt(home: Home, ward: Ward) -> None:
    before = await ward.patient("P2", "heart-failure")
    ended = NewAssignment(HUB, SCALE.identifier, 1, before, NOON - 500 * DAY, NOON - 450 * DAY)
    await assignments.assign(ward.conn, ward.nurse, ended, NOON)
    await ward.conn.commit()
    await home.at(0, weight(80.0))
    await home.at(1, weight(82.4, NOON + DAY))
    assert await home.rows("SELECT patient_id, doubt FROM task") == [(home.patient_id, None)]
