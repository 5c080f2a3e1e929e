"""Kinds that hold a value against its own past, each against a plain loop over one patient's readings."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from statistics import mean, median, stdev

import numpy as np
import pytest
from hypothesis import given

from alerting.kinds.baseline import ROBUST, Baseline, Unusual
from alerting.kinds.change import Change
from alerting.kinds.control_charts import HALF_LIVES, Cusum, Ewma
from alerting.kinds.crossing import Crossing
from alerting.kinds.kind import Direction, Measure, RuleKind
from alerting.kinds.slope import Slope
from alerting.kinds.target import OffTarget
from alerting.kinds.variability import Variability
from alerting.series import Series
from alerting.verdict import Outcome
from alerting.windows import DAY, HOUR, MOST_VALUES
from tests.alerting.cohorts import Patient, by_score, explains_itself, known, one_by_one, patients, series_of
from tests.examples import examples

WEIGHT = Measure("body_weight", "body weight", "kg")
BASELINE = Baseline(days=5, gap_days=2, least_values=2, least_spread=1.5)

Values = list[tuple[float, float]]
Score = Callable[[Values], float | None]


def date(time: float) -> int:
    """The calendar day two hours east of Greenwich."""
    return int((time + 2 * HOUR) // DAY)


def window(values: Values, days: int) -> list[float]:
    """The values of the last `days` calendar days."""
    return [value for time, value in values if date(time) > date(values[-1][0]) - days]


def held_against(values: Values) -> list[float]:
    """The values since three days ago; without one of a day before, also the last known one."""
    inside, today = window(values, 4), window(values, 1)
    older = [value for _, value in values[: -len(today)]]
    return older[-1:] + inside if len(inside) == len(today) else inside


def gained(values: Values) -> float | None:
    inside = held_against(values)
    return values[-1][1] - min(inside) if len(inside) > 1 else None


def lost(values: Values) -> float | None:
    inside = held_against(values)
    return max(inside) - values[-1][1] if len(inside) > 1 else None


def gained_since_first(values: Values) -> float | None:
    inside = held_against(values)
    return values[-1][1] - inside[0] if len(inside) > 1 else None


def fallen_a_week(values: Values) -> float | None:
    inside = values[-len(window(values, 6)) :]
    if len(inside) < 3 or date(inside[-1][0]) - date(inside[0][0]) < 2:
        return None
    pairs = combinations(inside, 2)
    return -median((b[1] - a[1]) / (b[0] - a[0]) * 7 * DAY for a, b in pairs if b[0] > a[0])


def apart(values: Values) -> float | None:
    long = window(values, 8)
    return mean(window(values, 2)) - mean(long) if len(long) >= 3 else None


def scattered(values: Values) -> float | None:
    inside = window(values, 4)
    return stdev(inside) if len(inside) >= 3 else None


def scattered_by_mean(values: Values) -> float | None:
    inside = window(values, 4)
    return 100 * stdev(inside) / mean(inside) if len(inside) >= 3 else None


def distance(values: Values) -> float | None:
    last = date(values[-1][0])
    usual = [value for time, value in values if last - 7 < date(time) <= last - 2]
    if len(usual) < 2:
        return None
    middle = median(usual)
    spread = max(ROBUST * median(abs(value - middle) for value in usual), 1.5)
    return (values[-1][1] - middle) / spread


def weighted(values: Values) -> float | None:
    if distance(values) is None:
        return None
    total = weights = 0.0
    for end in range(1, len(values) + 1):
        age = (values[-1][0] - values[end - 1][0]) / DAY
        each = distance(values[:end])
        if each is not None and date(values[-1][0]) - date(values[end - 1][0]) < HALF_LIVES * 2:
            total, weights = total + each * 0.5 ** (age / 2), weights + 0.5 ** (age / 2)
    return total / weights


def added_up(values: Values) -> float | None:
    if distance(values) is None:
        return None
    total = 0.0
    for end in range(1, len(values) + 1):
        if date(values[-1][0]) - date(values[end - 1][0]) < 5:
            each = distance(values[:end])
            total = max(0.0, total + (0.0 if each is None else each - 0.5))
    return total


CASES: dict[str, tuple[RuleKind, Score, float, float]] = {
    "gain": (Change(WEIGHT, 2.0, 1.0, days=3), gained, 2.0, 1.0),
    "loss": (Change(WEIGHT, 3.0, 1.0, days=3, direction=Direction.FALL), lost, 3.0, 1.0),
    "gain since first": (Change(WEIGHT, 2.0, 0.0, days=3, from_first=True), gained_since_first, 2.0, 0.0),
    "slope": (
        Slope(WEIGHT, 7.0, 0.0, days=6, least_values=3, least_days=2, direction=Direction.FALL),
        fallen_a_week,
        7.0,
        0.0,
    ),
    "crossing": (Crossing(WEIGHT, 2.0, 0.5, days=2, long_days=8, least_values=3), apart, 2.0, 0.5),
    "sd": (Variability(WEIGHT, 5.0, 3.0, days=4, least_values=3), scattered, 5.0, 3.0),
    "cv": (Variability(WEIGHT, 7.0, 4.0, days=4, least_values=3, of_mean=True), scattered_by_mean, 7.0, 4.0),
    "unusual": (Unusual(WEIGHT, 3.0, 1.0, BASELINE), distance, 3.0, 1.0),
    "ewma": (Ewma(WEIGHT, 1.5, 0.5, BASELINE, half_life_days=2), weighted, 1.5, 0.5),
    "cusum": (Cusum(WEIGHT, 4.0, 1.0, BASELINE, days=5, slack=0.5), added_up, 4.0, 1.0),
}


@pytest.mark.parametrize("name", CASES)
@examples(40)
@given(cohort=patients())
def test_a_trend_is_what_a_plain_loop_says(name: str, cohort: list[Patient]) -> None:
    kind, score, limit, clear = CASES[name]

    def outcome(rows: Patient) -> Outcome:
        values = known(rows)
        measured = np.isfinite(rows[-1].values[0])
        return by_score(score(values) if measured else None, limit, clear)

    series = series_of(cohort, "body_weight")
    assert kind.outcomes(series).tolist() == one_by_one(cohort, outcome)
    explains_itself(kind, series)


@pytest.mark.parametrize("name", CASES)
def test_each_kind_raises_and_clears_at_all(name: str) -> None:
    """So that the comparison with the loop has something to compare."""
    kind = CASES[name][0]
    way = -1 if name in ("loss", "slope") else 1
    values = 80.0 + way * np.concatenate([np.zeros(12), np.linspace(5, 30, 6), np.full(20, 30.0)])
    values[::2] += 0.1
    series = Series.of_one(np.arange(38.0) * DAY, {"body_weight": values})
    found = set(kind.outcomes(series).tolist())
    assert found >= {Outcome.NO_DATA, Outcome.RAISE, Outcome.CLEAR}
    explains_itself(kind, series)


@pytest.mark.parametrize("name", CASES)
def test_nothing_and_a_single_value_are_no_data(name: str) -> None:
    kind = CASES[name][0]
    assert kind.outcomes(Series.of_one(np.zeros(0), {})).tolist() == []
    single = Series.of_one(np.zeros(1), {"body_weight": np.array([80.0])})
    assert kind.outcomes(single).tolist() == [Outcome.NO_DATA]
    assert kind.explain(single, 0, Outcome.NO_DATA).reason.startswith("Fewer than ")
    other = Series.of_one(np.zeros(1), {"spo2": np.array([95.0])})
    assert kind.explain(other, 0, Outcome.NO_DATA).reason == "No body weight measured"


@pytest.mark.parametrize("name", ["slope", "sd", "unusual", "ewma"])
def test_one_who_measures_every_minute_is_judged_by_the_newest(name: str) -> None:
    kind = CASES[name][0]
    n = 4 * MOST_VALUES
    times = np.linspace(0, 6 * DAY, n)
    series = Series.of_one(times, {"body_weight": 80.0 + np.sin(np.arange(n))})
    assert kind.outcomes(series).size == n
    verdict = kind.explain(series, n - 1, Outcome(int(kind.outcomes(series)[-1])))
    assert len(verdict.evidence) <= n


def test_a_gain_in_words() -> None:
    kind = Change(WEIGHT, 2.0, 1.0, days=3)
    times = np.array([0.0, 1.0, 2.5, 4.5]) * DAY
    series = Series.of_one(times, {"body_weight": np.array([80.0, 80.5, 82.1, 82.0])})
    expected = [Outcome.NO_DATA, Outcome.CLEAR, Outcome.RAISE, Outcome.KEEP]
    assert kind.outcomes(series).tolist() == expected
    verdict = kind.explain(series, 2, Outcome.RAISE)
    assert verdict.evidence == (0, 2)
    assert verdict.reason == "Body weight 82.1 kg, +2.1 kg in 2.5 days (limit +2 kg in 3 days)"


def test_a_gain_that_binary_fractions_fall_short_of_is_a_gain() -> None:
    assert 64.1 - 62.1 < 2.0
    series = Series.of_one(np.array([0.0, DAY]), {"body_weight": np.array([62.1, 64.1])})
    assert Change(WEIGHT, 2.0, 1.0, days=3).outcomes(series)[-1] == Outcome.RAISE


def test_a_wrong_person_on_the_scale_does_not_bend_a_slope() -> None:
    values = 80.0 + 0.3 * np.arange(10.0)
    values[[3, 7]] = 55.0
    series = Series.of_one(np.arange(10.0) * DAY, {"body_weight": values})
    kind = Slope(WEIGHT, 1.5, 0.5, days=14, least_values=5, least_days=5)
    assert kind.outcomes(series)[-1] == Outcome.RAISE
    assert "+2.1 kg a week, from 10 values over 9.0 days" in kind.explain(series, 9, Outcome.RAISE).reason


@examples(40)
@given(cohort=patients())
def test_a_change_within_what_is_usual_raises_nothing_once_that_is_known(cohort: list[Patient]) -> None:
    kind = Change(WEIGHT, 2.0, 1.0, days=3, unusual=Unusual(WEIGHT, 3.0, 3.0, BASELINE))

    def outcome(rows: Patient) -> Outcome:
        values = known(rows)
        found = by_score(gained(values) if np.isfinite(rows[-1].values[0]) else None, 2.0, 1.0)
        usual = found is Outcome.RAISE and (far := distance(values)) is not None and round(far, 4) < 3.0
        return Outcome.KEEP if usual else found

    series = series_of(cohort, "body_weight")
    assert kind.outcomes(series).tolist() == one_by_one(cohort, outcome)
    explains_itself(kind, series)


def test_off_a_dry_weight() -> None:
    kind = OffTarget(WEIGHT, "dry_weight", limit=2.0, clear=1.0)
    series = Series(
        np.array([0.0, 1.0, 2.0, 0.0]) * DAY,
        {"body_weight": np.array([81.0, np.nan, 82.0, 90.0])},
        np.array([0, 3, 4]),
        personal={"dry_weight": np.array([80.0, np.nan])},
    )
    expected = [Outcome.CLEAR, Outcome.NO_DATA, Outcome.RAISE, Outcome.NOT_CONFIGURED]
    assert kind.outcomes(series).tolist() == expected
    explains_itself(kind, series)
    reason = kind.explain(series, 2, Outcome.RAISE).reason
    assert reason == "Body weight 82.0 kg, +2.0 kg from the dry weight of 80 kg (limit +2 kg)"
    assert kind.explain(series, 3, Outcome.NOT_CONFIGURED).reason == "No dry weight is set for the patient"


def test_below_a_dry_weight() -> None:
    kind = OffTarget(WEIGHT, "dry_weight", limit=2.0, clear=1.0, direction=Direction.FALL)
    series = Series(
        np.zeros(1),
        {"body_weight": np.array([77.5])},
        np.array([0, 1]),
        personal={"dry_weight": np.array([80.0])},
    )
    assert kind.outcomes(series).tolist() == [Outcome.RAISE]
    assert "-2.5 kg from the dry weight" in kind.explain(series, 0, Outcome.RAISE).reason
