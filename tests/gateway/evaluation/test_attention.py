"""Repeats, what wakes a task that was put aside, and what comes late, against the real database."""

from __future__ import annotations

from datetime import timedelta

import pytest

from edge_agent.wire.codes import ReadingKind
from edge_agent.wire.messages import Device, Quantity, Reading
from edge_agent.wire.vitals import Vital
from gateway.database.pool import Pool
from gateway.tasks import actions
from gateway.tasks.actions import Act
from gateway.tasks.outcomes import Outcome
from gateway.tasks.states import Action
from tests.gateway.evaluation.test_silence import DAY, HOUR, Home
from tests.gateway.ward import NOON, Ward, glucose, new_reading_id

CUFF = Device(identifier="AA:BB:CC:00:00:03", manufacturer="Acme", model="C1")
MINUTES = 1 / (24 * 60)


def pressure(systolic: float, days: float) -> Reading:
    at = NOON + days * DAY
    values = {
        Vital.SYSTOLIC_BP: Quantity(value=systolic, unit="mm[Hg]"),
        Vital.DIASTOLIC_BP: Quantity(value=80, unit="mm[Hg]"),
    }
    return Reading(
        reading_id=new_reading_id(),
        kind=ReadingKind.BLOOD_PRESSURE,
        device=CUFF,
        values=values,
        measured_at=at,
        captured_at=at,
        raw="00",
    )


@pytest.fixture
async def home(ward: Ward, pool: Pool) -> Home:
    patient_id = await ward.patient("P1", "general", "diabetes")
    await ward.assign(patient_id, CUFF)
    await ward.assign(patient_id)
    return Home(ward, pool, patient_id)


async def states(home: Home) -> list[tuple[str, str, str]]:
    found = await home.rows("SELECT condition, status, repeat_state FROM task ORDER BY task_id")
    return [(condition, status, repeat_state) for condition, status, repeat_state in found]


async def act(home: Home, action: Action, days: float) -> None:
    [(task_id, version)] = await home.rows("SELECT task_id, version FROM task ORDER BY task_id LIMIT 1")
    await actions.do(home.ward.conn, Act(task_id, home.ward.nurse, version, NOON + days * DAY), action)
    await home.ward.conn.commit()


async def test_a_normal_repeat_withdraws_a_wrong_pressure(home: Home) -> None:
    await home.at(0, pressure(190, 0))
    assert await states(home) == [("severe-hypertension", "ready", "asked")]
    await home.at(2 * MINUTES, pressure(130, 2 * MINUTES))  # without rest: no repeat
    assert await states(home) == [("severe-hypertension", "ready", "asked")]
    await home.at(8 * MINUTES, pressure(128, 8 * MINUTES))
    assert await states(home) == [("severe-hypertension", "cancelled", "withdrawn")]
    await home.at(60 * MINUTES, pressure(190, 60 * MINUTES))
    assert [status for _, status, _ in await states(home)] == ["cancelled", "ready"]


async def test_what_somebody_has_begun_is_not_withdrawn(home: Home) -> None:
    await home.at(0, pressure(190, 0))
    await act(home, Action.CLAIM, 0)
    await home.at(8 * MINUTES, pressure(128, 8 * MINUTES))
    assert await states(home) == [("severe-hypertension", "accepted", "withdrawn")]


async def test_a_high_repeat_confirms(home: Home) -> None:
    await home.at(0, pressure(190, 0))
    await home.at(8 * MINUTES, pressure(175, 8 * MINUTES))
    assert await states(home) == [("severe-hypertension", "ready", "confirmed")]
    await home.at(12 * MINUTES, pressure(120, 12 * MINUTES))
    assert await states(home) == [("severe-hypertension", "ready", "confirmed")]


async def test_a_value_beyond_doubt_is_withdrawn_by_nothing(home: Home) -> None:
    await home.at(0, pressure(225, 0))
    await home.at(8 * MINUTES, pressure(128, 8 * MINUTES))
    assert await states(home) == [("severe-hypertension", "ready", "recovered")]


async def test_a_normal_glucose_shows_recovery_and_withdraws_nothing(home: Home) -> None:
    await home.at(0, glucose(50.0))
    await home.at(20 * MINUTES, glucose(110.0, NOON + timedelta(minutes=20)))
    assert await states(home) == [("hypoglycaemia", "ready", "recovered")]


async def test_a_reading_that_alone_would_raise_wakes_a_task_that_was_put_aside(home: Home) -> None:
    await home.at(0, pressure(190, 0))
    await act(home, Action.CLAIM, 0)
    [(task_id, version)] = await home.rows("SELECT task_id, version FROM task")
    snooze = Act(task_id, home.ward.nurse, version, NOON, why="on the way home")
    await actions.snooze(home.ward.conn, snooze, NOON + HOUR)
    await home.ward.conn.commit()
    await home.at(10 * MINUTES, pressure(150, 10 * MINUTES))
    assert [status for _, status, _ in await states(home)] == ["on-hold"]
    await home.at(20 * MINUTES, glucose(50.0, NOON + timedelta(minutes=20)))
    assert [status for _, status, _ in await states(home)] == ["on-hold", "ready"]
    await home.at(30 * MINUTES, pressure(185, 30 * MINUTES))
    assert [status for _, status, _ in await states(home)] == ["accepted", "ready"]
    [(note,)] = await home.rows("SELECT note FROM task_transition WHERE action = 'wake'")
    assert note == "Systolic blood pressure 185 mmHg (above 180 mmHg)"


async def test_a_backlog_is_one_task_that_says_how_old_it_is(home: Home) -> None:
    await home.at(3, glucose(45.0, NOON), pressure(190, 0.1), glucose(450.0, NOON + 0.2 * DAY))
    [(title, late, also, raised_at)] = await home.rows("SELECT title, is_late, also, raised_at FROM task")
    assert title == "Measured 3 days before it arrived: Blood glucose below 54 mg/dL"
    assert (late, sorted(also)) == (True, ["hyperglycaemia", "severe-hypertension"])
    assert raised_at == NOON + 3 * DAY
    await home.at(3.01, pressure(188, 0.15))
    assert len(await home.rows("SELECT FROM task")) == 1
    assert len(await home.rows("SELECT FROM evidence")) == 4
    await home.at(3.02, glucose(46.0, NOON + 3.02 * DAY))
    assert await home.rows("SELECT is_late FROM task") == [(False,)]  # it tells of now, too


async def test_a_late_raise_of_something_else_puts_the_task_of_the_backlog_before_people_again(
    home: Home,
) -> None:
    await home.at(3, glucose(45.0, NOON))
    await act(home, Action.CLAIM, 3)
    await home.at(3.01, pressure(190, 0.1))
    assert [status for _, status, _ in await states(home)] == ["accepted"]
    notes = await home.rows("SELECT note FROM task_transition ORDER BY task_transition_id DESC LIMIT 1")
    assert notes == [
        ("Also, measured 2 days before it arrived: Systolic blood pressure 190 mmHg (above 180 mmHg)",)
    ]
    told = "SELECT kind, staff_id FROM notification WHERE kind = 'task-woken' AND channel = 'email'"
    assert await home.rows(told) == [("task-woken", home.ward.nurse.staff_id)]
    await home.at(3.02, pressure(191, 0.2))  # of the same condition
    assert len(await home.rows(told)) == 1


async def test_a_backlog_goes_on_in_its_task_although_newer_ones_are_done(home: Home) -> None:
    await home.at(3, pressure(190, 0))
    await home.at(3.1, glucose(50.0, NOON + 3.1 * DAY))
    [(task_id, version)] = await home.rows("SELECT max(task_id), 1 FROM task")
    nurse, conn, now = home.ward.nurse, home.ward.conn, NOON + 3.2 * DAY
    await actions.do(conn, Act(task_id, nurse, version, now), Action.CLAIM)
    await actions.complete(conn, Act(task_id, nurse, version + 1, now), Outcome.ADVICE_GIVEN)
    await conn.commit()
    await home.at(3.3, glucose(45.0, NOON + DAY))
    await home.at(3.4, glucose(44.0, NOON + 1.1 * DAY))
    found = await home.rows("SELECT condition, status, also FROM task ORDER BY task_id")
    assert found == [
        ("severe-hypertension", "ready", ["hypoglycaemia"]),
        ("hypoglycaemia", "completed", []),
    ]


async def test_a_late_normal_value_clears_no_newer_raise(home: Home) -> None:
    await home.at(1, pressure(190, 1))
    await home.at(1.01, pressure(120, 0.5))
    assert await home.rows("SELECT cleared_at FROM episode") == [(None,)]
    assert await states(home) == [("severe-hypertension", "ready", "asked")]
