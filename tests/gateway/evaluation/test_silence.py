"""Patients who measure by a schedule and from whom nothing comes, against the real database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from edge_agent.wire.codes import AbsentReason, Flag
from edge_agent.wire.messages import Reading
from edge_agent.wire.vitals import Vital
from gateway.database.pool import Pool
from gateway.evaluation.evaluate import evaluate_once
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.patients import enrolments, patients, schedules
from gateway.patients.schedules import NewPause, PauseKind
from gateway.rules import load_shipped
from gateway.tasks import actions
from gateway.tasks.actions import Act
from gateway.tasks.outcomes import Outcome
from gateway.tasks.states import Action
from tests.gateway.ward import NOON, SCALE, Ward, message, weight

RULES = load_shipped()
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


class Home:
    """A patient with heart failure who weighs daily; a day of grace is the rule's. Days count from noon."""

    def __init__(self, ward: Ward, pool: Pool, patient_id: int) -> None:
        self.ward, self.pool, self.patient_id = ward, pool, patient_id

    async def at(self, days: float, *readings: Reading) -> None:
        """Store readings, and judge what is due then."""
        now = NOON + days * DAY
        if readings:
            await store_batch(self.pool, Registry(), [message(*readings, now=now)], now)
        while await evaluate_once(self.pool, RULES, now):
            pass

    async def weigh(self, days: float, kg: float = 80.0, *, arrives: float | None = None) -> None:
        await self.at(days if arrives is None else arrives, weight(kg, NOON + days * DAY))

    async def expect(self, every_hours: float | None, days: float = 0.0) -> None:
        await schedules.set_schedule(
            self.ward.conn,
            self.ward.nurse,
            self.patient_id,
            programme="heart-failure",
            vital="body_weight",
            every_hours=every_hours,
            now=NOON + days * DAY,
        )
        await self.ward.conn.commit()

    async def enrol(self, days: float) -> None:
        """The programme's own schedule, as enrolment takes it."""
        conn, now = self.ward.conn, NOON + days * DAY
        patient = await patients.get_patient(conn, self.ward.nurse, self.patient_id)
        rule_set = RULES["heart-failure"]
        await enrolments.attach(conn, self.ward.nurse, patient, rule_set, reason=None, now=now)
        await conn.commit()

    async def pause(self, begins: float, ends: float | None, kind: PauseKind = PauseKind.HOLIDAY) -> int:
        until = None if ends is None else NOON + ends * DAY
        new = NewPause(kind, NOON + begins * DAY, until)
        now = NOON + begins * DAY
        pause_id = await schedules.pause(self.ward.conn, self.ward.nurse, self.patient_id, new, now)
        await self.ward.conn.commit()
        return pause_id

    async def complete(self, days: float) -> None:
        conn, nurse, now = self.ward.conn, self.ward.nurse, NOON + days * DAY
        [(task_id, version)] = await self.rows("SELECT task_id, version FROM task WHERE status = 'ready'")
        await actions.do(conn, Act(task_id, nurse, version, now), Action.CLAIM)
        act = Act(task_id, nurse, version + 1, now)
        await actions.complete(conn, act, Outcome.ADVICE_GIVEN)
        await conn.commit()

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        rows = await (await self.ward.conn.execute(query.encode())).fetchall()
        await self.ward.conn.commit()
        return rows

    async def tasks(self) -> list[tuple[str, str, datetime]]:
        found = await self.rows("SELECT rule_id, status, raised_at FROM task ORDER BY task_id")
        return [(rule, status, raised_at) for rule, status, raised_at in found]


@pytest.fixture
async def home(ward: Ward, pool: Pool) -> Home:
    patient_id = await ward.patient("P1", "heart-failure")
    await ward.assign(patient_id, SCALE)
    return Home(ward, pool, patient_id)


async def test_nobody_is_missed_without_a_schedule(home: Home) -> None:
    await home.weigh(0)
    await home.at(30)
    assert await home.tasks() == []


async def test_who_does_not_measure_is_missed_once_and_by_the_clock(home: Home) -> None:
    await home.expect(24)
    await home.weigh(0)
    await home.at(1.9)
    assert await home.tasks() == []
    for days in (2.1, 2.2, 3):
        await home.at(days)
    assert await home.tasks() == [("no-body-weight", "ready", NOON + 2.1 * DAY)]
    [(reason,)] = await home.rows("SELECT reason FROM task")
    assert reason.startswith("No body weight for ")
    await home.weigh(4)
    assert [status for _, status, _ in await home.tasks()] == ["cancelled"]
    assert await home.rows("SELECT opened_at, cleared_at FROM episode") == [(NOON + 2 * DAY, NOON + 4 * DAY)]
    await home.at(6.5)
    assert [status for _, status, _ in await home.tasks()] == ["cancelled", "ready"]


async def test_who_never_measured_is_missed_from_the_schedule_on(home: Home) -> None:
    await home.expect(24, days=1)
    await home.at(2.9)
    assert await home.tasks() == []
    await home.at(3.1)
    assert len(await home.tasks()) == 1
    [(reason,)] = await home.rows("SELECT reason FROM task")
    assert reason == (
        "Body weight has never been measured since its schedule began on 2 Mar 2026"
        " (expected every 24 hours, 24 hours of grace)"
    )


async def test_who_was_enrolled_and_never_measured_is_missed_by_the_programmes_schedule(home: Home) -> None:
    await home.enrol(days=0)
    await home.pause(1, 4)
    await home.at(5.9)
    assert await home.tasks() == []
    await home.at(6.1)
    assert await home.tasks() == [("no-body-weight", "ready", NOON + 6.1 * DAY)]
    [(reason,)] = await home.rows("SELECT reason FROM task")
    assert reason.startswith("Body weight has never been measured since enrolment on 1 Mar 2026 (expected")
    await home.complete(6.2)
    await home.at(8.3)
    assert [status for _, status, _ in await home.tasks()] == ["completed", "ready"]


async def test_of_whom_somebody_said_that_nothing_is_expected_nobody_is_missed(home: Home) -> None:
    await home.enrol(days=0)
    await home.expect(None)
    await home.enrol(days=1)  # attached again: what somebody set stays
    await home.at(30)
    assert await home.tasks() == []


async def test_a_completed_task_does_not_mute_the_silence(home: Home) -> None:
    await home.expect(24)
    await home.weigh(0)
    await home.at(2.1)
    await home.complete(2.2)
    await home.at(4)
    assert len(await home.tasks()) == 1
    await home.at(4.3)
    assert [status for _, status, _ in await home.tasks()] == ["completed", "ready"]
    assert len(await home.rows("SELECT FROM episode")) == 1


async def test_a_pause_silences_what_is_missing_and_nothing_else(home: Home) -> None:
    await home.expect(24)
    await home.weigh(0)
    await home.pause(1, 10)
    await home.at(9)
    assert await home.tasks() == []
    await home.weigh(9.5, 79.0)
    await home.weigh(9.9, 82.0)
    assert [rule for rule, _, _ in await home.tasks()] == ["weight-gain-3-days"]
    await home.at(11.9)
    assert len(await home.tasks()) == 1
    await home.at(12.1)
    assert [rule for rule, _, _ in await home.tasks()] == ["weight-gain-3-days", "no-body-weight"]


async def test_a_pause_without_an_end_is_ended(home: Home) -> None:
    await home.expect(24)
    pause_id = await home.pause(1, None, PauseKind.HOSPITAL)
    await home.at(40)
    assert await home.tasks() == []
    await schedules.end_pause(home.ward.conn, home.ward.nurse, home.patient_id, pause_id, NOON + 40 * DAY)
    await home.ward.conn.commit()
    await home.at(40.1)
    assert await home.tasks() == []
    await home.at(42.1)
    assert len(await home.tasks()) == 1


async def test_a_late_weight_shows_that_nobody_was_silent(home: Home) -> None:
    await home.expect(24)
    await home.weigh(0)
    await home.at(2.1)
    await home.weigh(1.5, arrives=2.2)
    assert [status for _, status, _ in await home.tasks()] == ["ready"]  # measured before the silence began
    await home.weigh(2.15, arrives=2.3)
    assert [status for _, status, _ in await home.tasks()] == ["cancelled"]


async def test_a_schedule_that_ends_misses_nobody(home: Home) -> None:
    await home.expect(24)
    await home.weigh(0)
    await home.expect(None, days=1)
    await home.at(20)
    assert await home.tasks() == []


async def test_a_test_of_the_scale_ends_no_silence(home: Home) -> None:
    await home.expect(24.0)
    await home.weigh(0.0)
    shown = weight(80.0, NOON + 1.5 * DAY).model_copy(update={"flags": (Flag.DEMONSTRATION_DATA,)})
    await home.at(1.5, shown)
    await home.at(2.1)
    assert [rule for rule, _, _ in await home.tasks()] == ["no-body-weight"]


async def test_a_measurement_that_failed_ends_no_silence(home: Home) -> None:
    """Nor does it begin one anew: the last value counts."""
    await home.expect(24)
    await home.weigh(0)
    failed = {"values": {}, "absent": {Vital.BODY_WEIGHT: AbsentReason.UNSUCCESSFUL}}
    for day in (1, 2, 3):
        await home.at(day, weight(80.0, NOON + day * DAY).model_copy(update=failed))
    found = await home.rows("SELECT rule_id FROM task ORDER BY rule_id")
    assert found == [("no-body-weight",), ("weight-failed",)]
