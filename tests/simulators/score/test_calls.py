"""Calls found many patients at once, against the same rules judged reading by reading as they arrive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from alerting.rules import Priority, Rule
from edge_agent.wire.codes import EventKind
from edge_agent.wire.vitals import Vital
from gateway.readings.subjects import History, JudgedReading, ReadingKey, Subject
from gateway.rules import load_shipped
from gateway.trials.readings_file import Arrival
from gateway.trials.trial import Trial
from gateway.trials.trial_events import RaisedEvent
from simulators.score.calls import calls

UTC_ZONE = ZoneInfo("UTC")
BEGAN = datetime(2026, 1, 1, 7, tzinfo=UTC)
PATIENTS, READINGS = 6, 60
STEPS_H = (0.0, 0.0, 0.1, 0.5, 1.0, 6.0, 11.0, 12.0, 24.0, 24.0, 24.0, 24.0, 71.0, 120.0)
"""From one reading to the next: now and then at the same moment."""
SETS = load_shipped()
MEASURED: Mapping[str, Mapping[Vital, tuple[float, float]]] = {
    "diabetes": {Vital.BLOOD_GLUCOSE: (120, 90)},
    "heart-failure": {Vital.BODY_WEIGHT: (80, 1.5), Vital.SYSTOLIC_BP: (130, 12)},
    "general": {Vital.SYSTOLIC_BP: (150, 40), Vital.PULSE_RATE: (80, 30), Vital.SPO2: (93, 3)},
}
"""Mean and scatter, wide enough that every other reading raises something."""


def draw(name: str, seed: int) -> Iterator[JudgedReading]:
    """Readings of a few patients, with symptoms between them."""
    chance = np.random.default_rng(seed)
    for patient in range(PATIENTS):
        at = BEGAN
        for tie in range(READINGS):
            at += timedelta(hours=float(chance.choice(STEPS_H)))
            felt = chance.random() < 0.1
            values = {
                vital: float(np.round(np.clip(chance.normal(*normal), vital.low, vital.high), 1))
                for vital, normal in MEASURED[name].items()
            }
            marks = frozenset({EventKind.HYPOGLYCAEMIC_SYMPTOMS}) if felt else frozenset[str]()
            yield JudgedReading(patient, ReadingKey(at, 0, tie), {} if felt else values, {}, marks)


def one_by_one(rules: tuple[Rule, ...], readings: list[JudgedReading], hours: float) -> list[tuple[int, str]]:
    team = {Priority.URGENT: timedelta(hours=hours), Priority.ROUTINE: timedelta(hours=72)}
    trials = [Trial(rules, team, UTC_ZONE) for _ in range(PATIENTS)]
    found = []
    for index, reading in enumerate(readings):
        at, felt = reading.key.measured_at, bool(reading.marks)
        event = EventKind.HYPOGLYCAEMIC_SYMPTOMS if felt else None
        arrival = Arrival(str(reading.patient_id), at, at, reading.values, {}, event)
        found += [
            (index, str(event.rule))
            for event in trials[reading.patient_id].arrive(arrival)
            if event.event is RaisedEvent.INTERRUPTION
        ]
    return found


@pytest.mark.parametrize("name", MEASURED)
@pytest.mark.parametrize("hours", [2.0, 24.0])
def test_people_hear_the_same_as_reading_by_reading(name: str, hours: float) -> None:
    rules, readings = SETS[name].rules, list(draw(name, seed=7))
    subjects = [Subject(patient, 0, BEGAN, rules, UTC_ZONE) for patient in range(PATIENTS)]
    team = {Priority.URGENT: hours, Priority.ROUTINE: 72.0}
    found = [
        (call.reading, call.rule.rule_id)
        for call in calls(rules, History.of(subjects, readings).series, team)
    ]
    assert sorted(found) == sorted(one_by_one(rules, readings, hours))
    assert len(found) > PATIENTS
