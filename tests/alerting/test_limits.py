"""Repeats, counts, events and combinations, each against a plain loop over one patient's readings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from hypothesis import given

from alerting.kinds.bound import Bound, Comparison, Limit
from alerting.kinds.change import Change
from alerting.kinds.combination import Combination
from alerting.kinds.count import Count
from alerting.kinds.event import Event
from alerting.kinds.failed import Failed
from alerting.kinds.kind import Measure, RuleKind
from alerting.kinds.several import Several
from alerting.kinds.span import Span
from alerting.kinds.target import OffTarget
from alerting.kinds.threshold import Threshold
from alerting.series import Series, failed
from alerting.verdict import Outcome
from alerting.windows import DAY, HOUR
from tests.alerting.cohorts import Patient, Row, explains_itself, one_by_one, patients, series_of
from tests.examples import examples

GLUCOSE = Measure("blood_glucose", "blood glucose", "mg/dL")
BELOW = Bound(GLUCOSE, Comparison.BELOW, 75.0)
LOW = Threshold((Limit(BELOW, 80.0),))
TWICE = Threshold((Limit(BELOW, 80.0),), repeats=2, within=Span(hours=12))
THRICE = Count(BELOW, times=3, days=7, clear=1, apart_hours=4)
SYMPTOM = Event(("hypoglycaemic-symptoms",), clear_hours=6)
FLAG = Event(
    ("hypoglycaemic-symptoms",), clear_hours=24, repeats=2, within=Span(hours=26), vital="blood_glucose"
)
LITTLE_OFF = Several((Limit(BELOW, 80.0), Limit(Bound(GLUCOSE, Comparison.ABOVE, 82.0), 81.0)), least=2)
FAILING = Failed(GLUCOSE, days=7, apart_hours=1)
FELT_LOW = Combination((LOW, SYMPTOM), within_hours=12)


def lows(rows: Patient, hours: float) -> int:
    return sum(row.values[0] < 75 for row in rows if row.time >= rows[-1].time - hours * HOUR)


def day(row: Row) -> int:
    """The calendar day two hours east of Greenwich."""
    return int((row.time + 2 * HOUR) // DAY)


def once(rows: Patient) -> Outcome:
    value = rows[-1].values[0]
    if np.isnan(value):
        return Outcome.NO_DATA
    return Outcome.RAISE if value < 75 else Outcome.CLEAR if value >= 80 else Outcome.KEEP


def twice(rows: Patient) -> Outcome:
    outcome = once(rows)
    return Outcome.KEEP if outcome is Outcome.RAISE and lows(rows, 12) < 2 else outcome


def thrice(rows: Patient) -> Outcome:
    if np.isnan(rows[-1].values[0]):
        return Outcome.NO_DATA
    count = 0
    for end, row in enumerate(rows):
        if day(row) > day(rows[-1]) - 7 and row.values[0] < 75:
            count += lows(rows[: end + 1], 4) == 1
    if rows[-1].values[0] < 75:
        return Outcome.RAISE if count >= 3 else Outcome.KEEP
    return Outcome.CLEAR if count <= 1 else Outcome.KEEP


def marks(rows: Patient, hours: float) -> int:
    return sum(row.mark for row in rows if row.time >= rows[-1].time - hours * HOUR)


def felt(rows: Patient) -> Outcome:
    if rows[-1].mark:
        return Outcome.RAISE
    return Outcome.KEEP if marks(rows, 6) else Outcome.CLEAR


def flagged(rows: Patient) -> Outcome:
    if rows[-1].mark:
        return Outcome.RAISE if marks(rows, 26) >= 2 else Outcome.KEEP
    if np.isnan(rows[-1].values[0]):
        return Outcome.NO_DATA
    return Outcome.KEEP if marks(rows, 24) else Outcome.CLEAR


def both(rows: Patient) -> Outcome:
    now = {once(rows), felt(rows)}
    if Outcome.RAISE in now:
        recent = [end for end, row in enumerate(rows) if row.time >= rows[-1].time - 12 * HOUR]
        seen = [any(part(rows[: end + 1]) is Outcome.RAISE for end in recent) for part in (once, felt)]
        return Outcome.RAISE if all(seen) else Outcome.KEEP
    return Outcome.CLEAR if Outcome.CLEAR in now else Outcome.KEEP


def little_off(rows: Patient) -> Outcome:
    value = rows[-1].values[0]
    if np.isnan(value):
        return Outcome.NO_DATA
    today = [row.values[0] for row in rows if day(row) == day(rows[-1])]
    broken = {side for each in today for side, is_off in (("low", each < 75), ("high", each > 82)) if is_off}
    if value < 75 or value > 82:
        return Outcome.RAISE if len(broken) == 2 else Outcome.KEEP
    return Outcome.KEEP if broken or value < 80 or value > 81 else Outcome.CLEAR


def failing(rows: Patient) -> Outcome:
    """The mark stands for a measurement that failed, where there is no value."""
    tries: list[Row] = []
    for row in rows:
        if not np.isnan(row.values[0]):
            tries = []
        elif row.mark and day(row) > day(rows[-1]) - 7:
            tries.append(row)
    if not np.isnan(rows[-1].values[0]):
        return Outcome.CLEAR
    if not rows[-1].mark:
        return Outcome.NO_DATA
    is_apart = rows[-1].time - tries[0].time >= HOUR or day(rows[-1]) != day(tries[0])
    return Outcome.RAISE if is_apart else Outcome.KEEP


CASES: list[tuple[RuleKind, Callable[[Patient], Outcome]]] = [
    (LOW, once),
    (TWICE, twice),
    (THRICE, thrice),
    (SYMPTOM, felt),
    (FLAG, flagged),
    (FELT_LOW, both),
    (LITTLE_OFF, little_off),
    (FAILING, failing),
]


@examples(80)
@given(cohort=patients(low=70, high=84))
def test_each_is_what_a_plain_loop_says(cohort: list[Patient]) -> None:
    series = series_of(cohort, "blood_glucose", mark="hypoglycaemic-symptoms")
    has_failed = series.mark("hypoglycaemic-symptoms") & np.isnan(series.vital("blood_glucose"))
    series = replace(series, marks={**series.marks, failed("blood_glucose"): has_failed})
    for kind, plain in CASES:
        assert kind.outcomes(series).tolist() == one_by_one(cohort, plain), kind
        explains_itself(kind, series)


def glucose(hours: list[float], values: list[float], symptoms: tuple[int, ...] = ()) -> Series:
    times = np.array(hours) * HOUR
    marks = {"hypoglycaemic-symptoms": np.isin(np.arange(times.size), symptoms)}
    return Series(times, {"blood_glucose": np.array(values)}, np.array([0, times.size]), marks=marks)


def test_a_low_measured_again_within_hours_is_one_low() -> None:
    series = glucose([0, 0.25, 0.5, 30, 60], [60.0, 65.0, 70.0, 60.0, 60.0])
    assert THRICE.outcomes(series).tolist() == [Outcome.KEEP] * 4 + [Outcome.RAISE]
    verdict = THRICE.explain(series, 4, Outcome.RAISE)
    assert verdict.reason == "Blood glucose below 75 mg/dL 3 times in 7 days (limit 3 times)"
    assert verdict.evidence == (0, 3, 4)


def test_beyond_the_meter_counts_as_a_breach() -> None:
    series = glucose([0, 10, 20], [-np.inf, -np.inf, -np.inf])
    assert THRICE.outcomes(series)[-1] == TWICE.outcomes(series)[-1] == Outcome.RAISE


def test_a_second_breach_confirms_the_first() -> None:
    series = glucose([0, 1, 20], [70.0, 71.0, 72.0])
    assert TWICE.outcomes(series).tolist() == [Outcome.KEEP, Outcome.RAISE, Outcome.KEEP]
    verdict = TWICE.explain(series, 1, Outcome.RAISE)
    assert verdict.reason == (
        "Blood glucose 71 mg/dL (below 75 mg/dL), 2 times beyond the limit within 12 hours"
    )
    assert verdict.evidence == (0, 1)


def test_a_symptom_in_words() -> None:
    series = glucose([0, 1], [90.0, np.nan], symptoms=(1,))
    assert SYMPTOM.outcomes(series).tolist() == [Outcome.CLEAR, Outcome.RAISE]
    assert SYMPTOM.explain(series, 1, Outcome.RAISE).reason == "Hypoglycaemic symptoms reported"


def test_a_low_with_a_symptom_in_either_order() -> None:
    for values, symptom in [([60.0, np.nan], 1), ([np.nan, 60.0], 0)]:
        series = glucose([0.0, 1.0], values, symptoms=(symptom,))
        assert FELT_LOW.outcomes(series).tolist() == [Outcome.KEEP, Outcome.RAISE]
        verdict = FELT_LOW.explain(series, 1, Outcome.RAISE)
        assert verdict.reason == (
            "Blood glucose 60 mg/dL (below 75 mg/dL) and hypoglycaemic symptoms reported"
        )
        assert verdict.evidence == (0, 1)


def test_a_combination_is_configured_when_its_parts_are() -> None:
    weight = Measure("body_weight", "body weight", "kg")
    rule = Combination(
        (OffTarget(weight, "dry_weight", 2.0, 1.0), Change(weight, 1.0, 0.5, days=3)), within_hours=24
    )
    times, weights = np.array([0.0, DAY]), {"body_weight": np.array([80.0, 82.0])}
    unset = Series.of_one(times, weights)
    assert rule.outcomes(unset).tolist() == [Outcome.NOT_CONFIGURED] * 2
    explains_itself(rule, unset)
    set_ = Series(times, weights, np.array([0, 2]), personal={"dry_weight": np.array([80.0])})
    assert rule.outcomes(set_).tolist() == [Outcome.CLEAR, Outcome.RAISE]
    explains_itself(rule, set_)
