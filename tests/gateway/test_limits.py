"""Which numbers of a rule can be set for one patient, and what the rule answers then."""

from __future__ import annotations

import numpy as np
import pytest

from alerting.rules import Priority, Rule
from alerting.series import Series
from alerting.verdict import Outcome
from gateway.patients.limits import LimitChange, Settable, settable, with_limits
from gateway.rules import load_shipped
from gateway.rules.critical_values import load_critical_values

RULES = {rule.rule_id: rule for rule_set in load_shipped().values() for rule in rule_set.rules}
BEYOND = load_critical_values()


def limit_of(rule_id: str, vital: str) -> Settable:
    [found] = [each for each in settable(RULES[rule_id], BEYOND) if each.vital == vital]
    return found


def outcomes(rule: Rule, vital: str, *values: float) -> list[Outcome]:
    times = np.arange(len(values), dtype=np.float64) * 86_400.0
    series = Series.of_one(times, {vital: np.array(values)})
    return [Outcome(each) for each in rule.kind.outcomes(series).tolist()]


@pytest.mark.parametrize(
    ("before", "after", "step"),
    [
        (180, 180, LimitChange.TIGHTER),
        (180, 170, LimitChange.TIGHTER),
        (180, 190, LimitChange.LOOSER),
        (170, 180, LimitChange.LOOSER),
        (180, 200, LimitChange.LOOSER),
        (180, 201, LimitChange.PAST_FLOOR),
        (210, 205, LimitChange.PAST_FLOOR),
        (180, 220, LimitChange.BEYOND_DOUBT),
    ],
)
def test_steps_of_an_upper_limit(before: float, after: float, step: LimitChange) -> None:
    assert limit_of("severe-blood-pressure", "systolic_bp").step(before, after) is step


def test_lower_limits_loosen_downwards() -> None:
    low = limit_of("glucose-below-54", "blood_glucose")
    steps = [low.step(54, value) for value in (60, 54, 53, 40, 39)]
    assert steps == [
        LimitChange.TIGHTER,
        LimitChange.TIGHTER,
        LimitChange.PAST_FLOOR,
        LimitChange.BEYOND_DOUBT,
        LimitChange.BEYOND_DOUBT,
    ]
    assert low.tighter(54, 60) == 60


def test_a_gain_of_a_weight_is_loosened_upwards() -> None:
    gain = limit_of("weight-gain-3-days", "body_weight")
    steps = [gain.step(2, value) for value in (1.5, 2, 3, 3.1)]
    assert steps == [LimitChange.TIGHTER, LimitChange.TIGHTER, LimitChange.LOOSER, LimitChange.PAST_FLOOR]


def test_no_clinician_alone_can_loosen_what_is_urgent_as_far_as_they_like() -> None:
    urgent = [rule for rule in RULES.values() if rule.priority is not Priority.ROUTINE]
    known = [each for rule in urgent for each in settable(rule, BEYOND)]
    assert len(known) > 8
    assert [each.rule_id for each in known if each.furthest is None] == []


def test_an_own_limit_moves_where_it_clears() -> None:
    rule = with_limits(RULES["severe-blood-pressure"], {("severe-blood-pressure", "systolic_bp"): 160})
    assert outcomes(rule, "systolic_bp", 161, 150, 140) == [Outcome.RAISE, Outcome.KEEP, Outcome.CLEAR]
    assert outcomes(rule, "diastolic_bp", 125, 110, 100) == [Outcome.RAISE, Outcome.KEEP, Outcome.CLEAR]
    assert "own limit" in rule.title


def test_an_own_gain_is_judged() -> None:
    own = {("weight-gain-3-days", "body_weight"): 1.5}
    rule = with_limits(RULES["weight-gain-3-days"], own)
    assert outcomes(rule, "body_weight", 80, 81.5)[-1] is Outcome.RAISE
    assert outcomes(RULES["weight-gain-3-days"], "body_weight", 80, 81.5)[-1] is not Outcome.RAISE


def test_limits_of_other_rules_change_nothing() -> None:
    rule = RULES["glucose-below-54"]
    assert with_limits(rule, {("severe-blood-pressure", "systolic_bp"): 160}) is rule


def test_every_shipped_limit_stands_within_what_can_be_set() -> None:
    known = [each for rule in RULES.values() for each in settable(rule, BEYOND)]
    assert len(known) > 10
    for each in known:
        assert each.least < each.value <= each.most
        assert each.step(each.value, each.value) is LimitChange.TIGHTER, each.rule_id
