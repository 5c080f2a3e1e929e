"""What people heard of patients with diabetes, counted by hand on small ones."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerting.rules import Priority
from gateway.rules import load_shipped
from simulators.score.log_score import ABOUT_LOWS, LOW, SEVERE_HIGH, LogScore, ScoredPatient, TeamCall, fewest

NOON = datetime(1991, 4, 21, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)


def patient(
    *values: float, calls: tuple[TeamCall, ...] = (), symptoms: tuple[int, ...] = ()
) -> ScoredPatient:
    """A value every six hours from noon on; symptoms at hours from noon."""
    at = [(NOON + 6 * number * HOUR, value) for number, value in enumerate(values)]
    return ScoredPatient("P1", at, [NOON + hours * HOUR for hours in symptoms], calls)


def low(hours: float, priority: Priority = Priority.URGENT) -> TeamCall:
    return TeamCall(NOON + hours * HOUR, "hypoglycaemia", priority)


@pytest.mark.parametrize(
    ("calls", "untold"),
    [
        ((), 2),
        ((low(0),), 0),  # told 6 hours before the second one
        ((low(6),), 1),
        ((low(-9), low(7)), 2),
        ((low(0, Priority.ROUTINE),), 2),
        ((replace(low(0), condition="recurrent-hypoglycaemia"),), 2),
    ],
)
def test_a_low_is_told_at_it_or_in_the_eight_hours_before(calls: tuple[TeamCall, ...], untold: int) -> None:
    low_twice = patient(50, float("-inf"), 54, 100, calls=calls)
    assert low_twice.untold("hypoglycaemia", low_twice.lows) == untold


def test_severe_highs_are_above_400_or_the_second_above_300_within_twelve_hours() -> None:
    highs = patient(310, 290, 300, 301, 100, 302, 100, 100, 305, float("inf")).highs
    assert [(at - NOON) / HOUR for at in highs] == [30, 54]


def test_a_symptom_is_about_a_low_within_an_hour_and_told_until_an_hour_after() -> None:
    felt = patient(60, 100, 60, calls=(low(1), low(14)), symptoms=(0, 1, 6, 11))
    assert [(at - NOON) / HOUR for at in felt.low_symptoms] == [0, 1, 11]
    assert felt.about_lows(felt.low_symptoms) == 2
    assert felt.about_lows(felt.normal) == 1


def test_days_breaches_and_silences_are_counted() -> None:
    values = patient(60, 100, 251, float("inf"), 70, 250)
    assert (values.breaches, values.observed_days, values.silences) == (3, 2, 0)
    late = replace(values, values=[*values.values, (NOON + 100 * HOUR, 100.0)])
    assert (late.observed_days, late.silences) == (3, 1)


def test_of_patients_without_symptoms_no_share_is_told() -> None:
    score = LogScore.of([patient(100), patient(100, 110)])
    assert math.isnan(score.symptoms_told)
    assert (score.breaches, score.urgent_a_day) == (0, 0.0)


def test_the_floor_is_the_fewest_calls_that_leave_no_danger_untold() -> None:
    at = [NOON + hours * HOUR for hours in (0, 3, 8, 9, 16, 17, 18)]
    assert fewest(at) == 3  # at 0, 9 and 18
    assert fewest([]) == 0
    lows = patient(50, 50, 100, 450, 100, 50)  # hours 0, 6 and 30 are low, 18 is severely high
    assert lows.floor == 3
    told = replace(lows, calls=(low(0), low(18), low(30), replace(low(18), condition=SEVERE_HIGH)))
    assert told.untold(LOW, told.lows) == told.untold(SEVERE_HIGH, told.highs) == 0
    score = LogScore.of([told, told])
    assert score.floor_a_breach == pytest.approx(3 / 4)
    assert score.excess_a_day == pytest.approx((4 - 3) / 2)


def test_a_symptom_is_told_by_any_condition_about_lows() -> None:
    felt = patient(60, calls=(replace(low(0), condition="recurrent-hypoglycaemia"),), symptoms=(0,))
    assert felt.about_lows(felt.low_symptoms) == 1
    assert felt.about_lows(felt.low_symptoms) == LogScore.of([felt, felt]).symptoms_told


def test_the_conditions_that_are_scored_are_those_of_the_shipped_rules() -> None:
    conditions = {rule.condition for rule in load_shipped()["diabetes"].rules}
    assert {LOW, SEVERE_HIGH} <= conditions
    assert {each for each in conditions if ABOUT_LOWS in each} == {LOW}
