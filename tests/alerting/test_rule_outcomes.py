"""What a device doubts raises at most: it clears nothing, and other readings do not rest on it."""

from __future__ import annotations

import numpy as np
import pytest

from alerting.doubt import doubt
from alerting.kinds.bound import Bound, Comparison, Limit
from alerting.kinds.kind import Measure, RuleKind
from alerting.kinds.silence import Silence
from alerting.kinds.span import Span
from alerting.kinds.threshold import Threshold
from alerting.rule_outcomes import RuleOutcomes
from alerting.rules import Priority, Rule, Strength
from alerting.series import Series
from alerting.verdict import Outcome
from alerting.windows import HOUR

R, K, C, N = Outcome.RAISE, Outcome.KEEP, Outcome.CLEAR, Outcome.NO_DATA
GLUCOSE = Measure("blood_glucose", "glucose", "mg/dL")
HIGH = Limit(Bound(GLUCOSE, Comparison.ABOVE, 300), 250)
INVALID = "invalid-measurement"


def rule(kind: RuleKind) -> Rule:
    return Rule(
        rule_id="high",
        version="1",
        condition="high",
        title="High",
        priority=Priority.URGENT,
        kind=kind,
        source="a guideline",
        strength=Strength.OURS,
        steps=("Call.",),
        whom=(),
        notes=(),
    )


def answers(kind: RuleKind, values: list[float], doubtful: list[int], *others: float) -> RuleOutcomes:
    """Of one patient, a value an hour, and of another one whose device doubts nothing."""
    invalid = np.isin(np.arange(len(values) + len(others)), doubtful)
    series = Series(
        times=np.concatenate([np.arange(len(values)), np.arange(len(others))]) * HOUR,
        vitals={"blood_glucose": np.array([*values, *others])},
        starts=np.array([0, len(values), len(values) + len(others)], dtype=np.int64),
        marks={INVALID: invalid, "irregular-pulse": np.ones(invalid.size, dtype=bool)},
        doubtful=frozenset({INVALID, "sensor-off-body"}),
    )
    return RuleOutcomes.of(rule(kind), series, np.full(2, -np.inf))


def test_it_may_raise_and_never_clears_or_keeps() -> None:
    found = answers(Threshold((HIGH,)), [310, 100, 280, 320, 100], [1, 2, 3])
    assert found.outcomes.tolist() == [R, N, N, R, C]
    assert found.explain(3).evidence == (3,)


def test_it_is_no_history_for_what_comes_after() -> None:
    twice = Threshold((HIGH,), repeats=2, within=Span(hours=12))
    found = answers(twice, [310, 310, 310], [1], 310, 310)
    assert found.outcomes.tolist() == [K, R, R, K, R]
    assert found.explain(2).evidence == (0, 2)
    assert found.explain(4).evidence == (3, 4)
    assert answers(twice, [310, 310], [0]).outcomes.tolist() == [N, K]


def test_a_silence_ends_with_it() -> None:
    """Somebody has measured."""
    assert answers(Silence(GLUCOSE, 24, 24), [100, 100], [1]).outcomes.tolist() == [C, C]


@pytest.mark.parametrize("index", range(3))
def test_the_doubt_is_said_of_its_own_reading_alone(index: int) -> None:
    series = answers(Threshold((HIGH,)), [310, 310, 310], [1]).counted.series
    expected = "The device itself puts this value in doubt: invalid measurement." if index == 1 else None
    assert doubt(series, index) == expected
