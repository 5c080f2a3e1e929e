"""Values that are believed at once."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from alerting.kinds.threshold import Threshold
from alerting.rules import RepeatUse
from edge_agent.wire.vitals import Vital
from gateway.patients.limits import settable
from gateway.patients.programmes import SAFETY_NET
from gateway.rules import RuleFileError, load_shipped
from gateway.rules.critical_values import load_critical_values
from tests.gateway.rules.sample_file import rule_file

NET = {rule.rule_id for rule in load_shipped()[SAFETY_NET].rules}


@pytest.mark.parametrize(
    ("vital", "believed", "not_yet"),
    [
        ("systolic_bp", 220.0, 219.0),
        ("systolic_bp", 70.0, 71.0),
        ("blood_glucose", 39.0, 40.0),
        ("blood_glucose", math.inf, 599.0),
        ("blood_glucose", -math.inf, math.nan),
        ("spo2", 83.0, 84.0),
        ("body_temperature", 41.0, 40.9),
    ],
)
def test_a_value_far_out_is_believed_at_once(vital: str, believed: float, not_yet: float) -> None:
    shipped = load_critical_values()
    assert shipped.passed(vital, believed)
    assert not shipped.passed(vital, not_yet)


def test_no_weight_is_dangerous_by_itself() -> None:
    shipped = load_critical_values()
    assert not any(shipped.passed("body_weight", value) for value in (0.5, 400.0))
    assert {bound.measure.vital for bound in shipped.bounds} < {vital.code for vital in Vital}


def test_what_is_believed_at_once_breaks_the_limits_of_the_safety_net_too() -> None:
    """And shares the condition, so the task, of what the sets find by the same vital on the same side."""
    rules = [rule for rule_set in load_shipped().values() for rule in rule_set.rules if not rule.instead]
    for critical in load_critical_values().rules:
        assert isinstance(critical.kind, Threshold)
        [limit] = critical.kind.limits
        outward = 1.0 if limit.bound.comparison.is_upper else -1.0
        beside = [
            (rule, each)
            for rule in rules
            if isinstance(rule.kind, Threshold)
            for each in rule.kind.limits
            if each.bound.measure == limit.bound.measure
            and each.bound.comparison.is_upper == limit.bound.comparison.is_upper
        ]
        assert any(rule.rule_id in NET for rule, _ in beside)
        assert {rule.condition for rule, _ in beside} == {critical.condition}
        assert all(critical.priority.outranks(rule.priority) for rule, _ in beside)
        assert all(outward * each.bound.value <= outward * limit.bound.value for _, each in beside)
        assert all(outward * each.clear <= outward * limit.clear for _, each in beside), "clears no sooner"


def test_each_has_a_source_steps_and_a_recovery_to_look_for() -> None:
    for rule in load_critical_values().rules:
        assert "reviewed" in rule.source or "2021" in rule.source
        assert "emergency services" in rule.steps[0]
        assert rule.repeat is not None
        assert rule.repeat.use is RepeatUse.RECOVERY_CHECK


def test_nobody_can_set_one_for_a_patient() -> None:
    shipped = load_critical_values()
    assert [limit for rule in shipped.rules for limit in settable(rule, shipped)] == []


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('kind = "threshold"', 'kind = "threshold"\nrepeats = 2\nwithin_hours = 1'),
        ("[[rules.limits]]", '[[rules.whom]]\nrequirement = "adult"\nsource = "x"\n[[rules.limits]]'),
        ("[[rules.limits]]", '[[rules.instead]]\nrequirement = "adult"\nsource = "x"\n[[rules.limits]]'),
    ],
)
def test_a_file_that_is_not_for_everybody_at_once_is_refused(tmp_path: Path, was: str, now: str) -> None:
    path = tmp_path / "values.toml"
    good = rule_file("threshold")
    path.write_text(good)
    assert load_critical_values(path).passed("blood_glucose", 53.0)
    other = tmp_path / "other.toml"
    assert was in good
    other.write_text(good.replace(was, now, 1))
    with pytest.raises(RuleFileError, match="expected a threshold for everybody, that one value breaks"):
        load_critical_values(other)
