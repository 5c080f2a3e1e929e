"""Values that are believed at once."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from edge_agent.wire.vitals import Vital
from gateway.rules import RuleFileError, load_shipped
from gateway.rules.critical_values import load_critical_values


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


def test_what_is_believed_at_once_breaks_the_limits_of_the_sets_too() -> None:
    """So that it raises something that cannot be withdrawn."""
    kinds = [rule.kind for rule_set in load_shipped().values() for rule in rule_set.rules]
    shipped = load_critical_values()
    for bound in shipped.bounds:
        judged = [
            limit.bound
            for kind in kinds
            for limit in getattr(kind, "limits", ())
            if limit.bound.measure == bound.measure
            and limit.bound.comparison.is_upper == bound.comparison.is_upper
        ]
        assert judged
        outward = 1.0 if bound.comparison.is_upper else -1.0
        assert all(outward * each.value <= outward * bound.value for each in judged)


def test_a_bad_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "values.toml"
    path.write_text('[[values]]\nvital = "spo2"\nunit = "%"\nat_most = 83\nsource = "x"\nclear = 3\n')
    with pytest.raises(RuleFileError, match=r"values\[0\].clear: unknown parameter; allowed are vital, unit"):
        load_critical_values(path)
