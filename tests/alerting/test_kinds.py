"""Rules over arrays, each held against a plain loop or a case from its source."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.kinds.bound import Bound, Comparison, Limit
from alerting.kinds.change import Change
from alerting.kinds.kind import Measure
from alerting.kinds.threshold import Threshold
from alerting.series import Series
from alerting.verdict import Outcome
from alerting.windows import DAY, window_minimum

GLUCOSE = Measure("blood_glucose", "blood glucose", "mg/dL")
WEIGHT = Measure("body_weight", "body weight", "kg")
SYSTOLIC = Measure("systolic_bp", "systolic", "mmHg")
DIASTOLIC = Measure("diastolic_bp", "diastolic", "mmHg")
LOW = Threshold((Limit(Bound(GLUCOSE, Comparison.BELOW, 54.0), 70.0),))
GAIN = Change(WEIGHT, days=3, limit=2.0, clear=1.0)


def series_of(code: str, values: list[float], days: list[float] | None = None) -> Series:
    times = np.array(days if days is not None else range(len(values)), dtype=float) * DAY
    return Series.of_one(times, {code: np.array(values, dtype=float)})


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


def test_gain_over_three_days() -> None:
    series = series_of("body_weight", [80.0, 80.5, 82.1, 82.0], [0, 1, 2.5, 3.5])
    assert GAIN.outcomes(series).tolist() == [
        Outcome.NO_DATA,
        Outcome.CLEAR,
        Outcome.RAISE,
        Outcome.KEEP,
    ]
    verdict = GAIN.explain(series, 2, Outcome.RAISE)
    assert verdict.evidence == (0, 2)
    assert verdict.reason == "Body weight 82.1 kg, +2.1 kg in 2.5 days (limit +2 kg in 3 days)"


def test_patients_laid_end_to_end_do_not_touch() -> None:
    times = np.array([0.0, 1.0, 1.5, 2.0]) * DAY
    series = Series(times, {"body_weight": np.array([70.0, 71.0, 90.0, 92.5])}, np.array([0, 2, 4]))
    assert GAIN.outcomes(series).tolist() == [
        Outcome.NO_DATA,
        Outcome.CLEAR,
        Outcome.NO_DATA,
        Outcome.RAISE,
    ]


def test_an_empty_series_has_no_outcomes() -> None:
    series = series_of("body_weight", [])
    assert GAIN.outcomes(series).size == LOW.outcomes(series).size == 0


def test_arrays_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="different length"):
        Series.of_one(np.arange(3.0), {"body_weight": np.arange(2.0)})


@given(st.lists(st.tuples(st.integers(0, 20 * 24), st.sampled_from([np.nan, -np.inf, *range(70, 90)]))))
def test_gain_is_what_a_plain_loop_says(rows: list[tuple[int, float]]) -> None:
    rows.sort(key=lambda row: row[0])
    times, values = [hour * 3600.0 for hour, _ in rows], [value for _, value in rows]
    series = Series.of_one(np.array(times, dtype=float), {"body_weight": np.array(values, dtype=float)})
    for index, outcome in enumerate(GAIN.outcomes(series)):
        first = min(i for i in range(index + 1) if times[i] >= times[index] - 3 * DAY)
        window = [value for value in values[first : index + 1] if np.isfinite(value)]
        if not np.isfinite(values[index]) or len(window) < 2:
            expected = Outcome.NO_DATA
        else:
            gained = values[index] - min(window)
            expected = Outcome.RAISE if gained >= 2 else Outcome.CLEAR if gained <= 1 else Outcome.KEEP
        assert outcome == expected


@given(st.lists(st.integers(-50, 50), min_size=1), st.randoms(use_true_random=False))
def test_window_minimum_is_what_a_plain_loop_says(values: list[int], random: Random) -> None:
    array = np.array(values, dtype=float)
    starts = np.array([random.randint(0, index) for index in range(array.size)], dtype=np.int64)
    expected = [min(values[start : index + 1]) for index, start in enumerate(starts)]
    assert window_minimum(array, starts).tolist() == expected
