"""Days held against a schedule: the judgement alone, and with summaries and pauses of the real database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.database.pool import Pool
from gateway.evaluation.evaluate import evaluate_once
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.patients import patients, schedules
from gateway.patients.schedules import Expected, NewPause, PauseKind
from gateway.readings import adherence
from gateway.readings.adherence import DAY, AdherenceDays, DayState, Rhythm
from gateway.rules import load_shipped
from tests.gateway.ward import NOON, Ward, glucose, message

FIRST = date(2026, 3, 1)
BERLIN = ZoneInfo("Europe/Berlin")
CALENDAR = AdherenceDays(today=FIRST + 9 * DAY, pauses=[(FIRST + 4 * DAY, FIRST + 5 * DAY)])


@pytest.mark.parametrize(
    ("every_hours", "measured", "expected"),
    [
        (24, {1: 1, 2: 3}, "u k k m p p m m m o"),
        (12, {1: 2, 2: 1, 4: 2, 9: 2}, "u k m m k p m m m k"),
        (48, {2: 1, 7: 1}, "u u k k p p p k k o"),
        (8, {1: 3, 3: 2}, "u k m m p p m m m o"),
    ],
)
def test_days_held_against_a_schedule(every_hours: float, measured: dict[int, int], expected: str) -> None:
    rhythm = Rhythm.of(Expected(every_hours, datetime(2026, 3, 1, 12, tzinfo=UTC)), BERLIN)
    readings = {FIRST + n * DAY: number for n, number in measured.items()}
    states = [CALENDAR.state(FIRST + n * DAY, readings, rhythm) for n in range(10)]
    assert " ".join(state.value[0] for state in states) == expected


def test_without_a_schedule_nothing_is_missed() -> None:
    assert CALENDAR.state(FIRST, {}, None) is DayState.UNPLANNED


async def test_a_patients_days(ward: Ward, pool: Pool) -> None:
    patient_id = await ward.patient()
    await ward.assign(patient_id)
    set_at, now = NOON - 5 * DAY, NOON
    await schedules.set_schedule(
        ward.conn,
        ward.nurse,
        patient_id,
        programme="diabetes",
        vital="blood_glucose",
        every_hours=24,
        now=set_at,
    )
    holiday = NewPause(PauseKind.HOLIDAY, NOON - 2 * DAY, NOON - 2 * DAY + timedelta(hours=1))
    await schedules.pause(ward.conn, ward.nurse, patient_id, holiday, NOON - 3 * DAY)
    await ward.conn.commit()
    readings = [glucose(100.0, NOON - n * DAY) for n in (4, 3)]
    await store_batch(pool, Registry(), [message(*readings)], now)
    while await evaluate_once(pool, load_shipped(), now):
        pass
    patient = await patients.get_patient(ward.conn, ward.nurse, patient_id)
    since, until = (NOON - 6 * DAY).date(), (NOON + DAY).date()
    [found] = await adherence.of_patient(ward.conn, patient, since, until, now)
    assert (found.vital, found.every_hours, found.kept, found.expected) == ("blood_glucose", 24, 2, 3)
    assert [(day.readings, day.state.value) for day in found.days] == [
        (0, "unplanned"),
        (0, "unplanned"),
        (1, "kept"),
        (1, "kept"),
        (0, "paused"),
        (0, "missed"),
        (0, "open"),
    ]
