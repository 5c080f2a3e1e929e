"""No rule of any set takes a reading for its own repeat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from alerting.repeat import RepeatState, answer, ask
from alerting.rules import Repeat
from alerting.verdict import Outcome
from edge_agent.wire.vitals import Vital
from gateway.evaluation.finding import Finding, PriorState
from gateway.evaluation.judge import judge
from gateway.readings.subjects import History, JudgedReading, ReadingKey, Subject
from gateway.rules import load_shipped
from gateway.rules.critical_values import load_critical_values

MARCH = datetime(2026, 3, 1, 7, tzinfo=UTC)
SETS = load_shipped()
REPEATS = {
    f"{name}/{rule.rule_id}": rule.repeat
    for name, rule_set in SETS.items()
    for rule in rule_set.rules
    if rule.repeat is not None
}
USUAL = {
    Vital.BODY_WEIGHT: 80.0,
    Vital.SYSTOLIC_BP: 125.0,
    Vital.DIASTOLIC_BP: 78.0,
    Vital.PULSE_RATE: 70.0,
    Vital.BLOOD_GLUCOSE: 110.0,
    Vital.SPO2: 97.0,
    Vital.BODY_TEMPERATURE: 36.8,
}


OFF_KG = 5.0
"""Enough to be told, and not so much that it may be somebody else's, who confirms nothing."""


@pytest.mark.parametrize("repeat", REPEATS.values(), ids=list(REPEATS))
def test_the_reading_that_raises_does_not_answer(repeat: Repeat) -> None:
    check = ask(repeat, 0.0, 0.0, is_beyond_doubt=False)
    assert check is not None
    for outcome in Outcome:
        assert answer(check, np.zeros(2), np.full(2, outcome, dtype=np.int8), np.zeros(2, dtype=bool)) is None


@pytest.mark.parametrize("scale", [0.5, 1.1, 2.0])
@pytest.mark.parametrize("name", list(SETS))
def test_one_reading_asks_for_a_repeat_and_a_later_one_answers(name: str, scale: float) -> None:
    for finding in found(name, scale, 0.0):
        assert finding.repeated is None
        if finding.check is not None:
            again = found(name, scale, 0.0, finding.check.since - MARCH.timestamp())
            [answered] = [each.repeated for each in again if each.condition == finding.condition]
            assert answered is RepeatState.CONFIRMED


def found(name: str, scale: float, *after_s: float) -> Sequence[Finding]:
    """What a set finds where all is usual for five days, and then another number of times."""
    usual = [(MARCH + timedelta(days=day - 5), USUAL) for day in range(5)]
    unusual = {vital: value * scale for vital, value in USUAL.items()}
    unusual[Vital.BODY_WEIGHT] = USUAL[Vital.BODY_WEIGHT] + (OFF_KG if scale > 1 else -OFF_KG)
    measured = [*usual, *((MARCH + timedelta(seconds=each), unusual) for each in after_s)]
    readings = [
        JudgedReading(1, ReadingKey(at, 1, number), values, {})
        for number, (at, values) in enumerate(measured)
    ]
    subject = Subject(1, 1, MARCH, SETS[name].rules, ZoneInfo("Europe/Berlin"))
    history = History.of([subject], readings)
    return judge([subject], history, PriorState(), MARCH.timestamp(), load_critical_values()).findings
