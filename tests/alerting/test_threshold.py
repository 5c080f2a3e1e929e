"""One value against its limits: case by case."""

from __future__ import annotations

import numpy as np
import pytest

from alerting.kinds.bound import Bound, Comparison, Limit
from alerting.kinds.kind import Measure
from alerting.kinds.threshold import Threshold
from alerting.series import Series
from alerting.verdict import Outcome

GLUCOSE = Measure("blood_glucose", "blood glucose", "mg/dL")
SYSTOLIC = Measure("systolic_bp", "systolic", "mmHg")
DIASTOLIC = Measure("diastolic_bp", "diastolic", "mmHg")
LOW = Threshold((Limit(Bound(GLUCOSE, Comparison.BELOW, 54.0), 70.0),))


def series_of(code: str, values: list[float]) -> Series:
    return Series.of_one(np.arange(float(len(values))), {code: np.array(values)})


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (53.9, Outcome.RAISE),
        (54.0, Outcome.KEEP),
        (69.9, Outcome.KEEP),
        (70.0, Outcome.CLEAR),
        (-np.inf, Outcome.RAISE),
        (np.inf, Outcome.CLEAR),
        (np.nan, Outcome.NO_DATA),
    ],
)
def test_a_lower_limit(value: float, outcome: Outcome) -> None:
    assert LOW.outcomes(series_of("blood_glucose", [value])).tolist() == [outcome]


def test_a_vital_that_nobody_measured_is_no_data() -> None:
    series = series_of("body_weight", [80.0])
    assert LOW.outcomes(series).tolist() == [Outcome.NO_DATA]
    assert LOW.explain(series, 0, Outcome.NO_DATA).reason == "No blood glucose measured"


def test_either_of_two_limits_raises_and_both_must_clear() -> None:
    rule = Threshold(
        (
            Limit(Bound(SYSTOLIC, Comparison.ABOVE, 180.0), 160.0),
            Limit(Bound(DIASTOLIC, Comparison.ABOVE, 120.0), 100.0),
        )
    )
    vitals = {
        "systolic_bp": np.array([181.0, 150.0, 150.0, 150.0, 180.0]),
        "diastolic_bp": np.array([90.0, 121.0, 110.0, np.nan, 120.0]),
    }
    series = Series.of_one(np.arange(5.0), vitals)
    expected = [Outcome.RAISE, Outcome.RAISE, Outcome.KEEP, Outcome.CLEAR, Outcome.KEEP]
    assert rule.outcomes(series).tolist() == expected
    assert rule.explain(series, 1, Outcome.RAISE).reason == "Diastolic 121 mmHg (above 120 mmHg)"


def test_beyond_the_device_is_said_in_words() -> None:
    verdict = LOW.explain(series_of("blood_glucose", [-np.inf]), 0, Outcome.RAISE)
    assert verdict.reason == ("Blood glucose below what the device can measure (limit: below 54 mg/dL)")
