"""What each kind answers to series that are not as they should be: always something, and always the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from alerting.kinds.average import Average
from alerting.kinds.baseline import Baseline, Unusual
from alerting.kinds.bound import Bound, Comparison, Limit
from alerting.kinds.change import Change
from alerting.kinds.combination import Combination
from alerting.kinds.control_charts import Cusum, Ewma
from alerting.kinds.count import Count
from alerting.kinds.crossing import Crossing
from alerting.kinds.event import Event
from alerting.kinds.kind import Direction, Measure, RuleKind
from alerting.kinds.silence import Silence
from alerting.kinds.slope import Slope
from alerting.kinds.span import Span
from alerting.kinds.target import OffTarget
from alerting.kinds.threshold import Threshold
from alerting.kinds.variability import Variability
from alerting.series import Series
from alerting.verdict import Outcome
from alerting.windows import DAY, Floats
from tests.alerting.cohorts import explains_itself

WEIGHT = Measure("body_weight", "body weight", "kg")
ABOVE = Bound(WEIGHT, Comparison.ABOVE, 85.0)
LIMIT = Limit(ABOVE, 82.0)
BASELINE = Baseline(days=14, gap_days=2, least_values=5, least_spread=0.3)

NOT_CONFIGURED, NO_DATA, CLEAR, KEEP, RAISE = Outcome


class Case(NamedTuple):
    """A kind, and what it says of the last of a month of mornings at 80 kg that ends at 90 kg.

    Then of that reading alone, of the same told twice, and of it after a year without any.
    """

    kind: RuleKind
    last: Outcome
    alone: Outcome
    twice: Outcome
    after_a_year: Outcome


CASES = {
    "threshold": Case(Threshold((LIMIT,)), RAISE, RAISE, RAISE, RAISE),
    "threshold, repeated": Case(
        Threshold((LIMIT,), repeats=2, within=Span(hours=12)), KEEP, KEEP, RAISE, KEEP
    ),  # two readings are two: which are one and the same is known by their ids, before they are judged
    "gain": Case(Change(WEIGHT, 2.0, 1.0, days=3), RAISE, NO_DATA, RAISE, RAISE),
    "loss": Case(Change(WEIGHT, 2.0, 1.0, days=3, direction=Direction.FALL), CLEAR, NO_DATA, CLEAR, CLEAR),
    "gain that stands out": Case(
        Change(WEIGHT, 2.0, 1.0, days=3, unusual=Unusual(WEIGHT, 3.0, 1.0, BASELINE)),
        RAISE,
        NO_DATA,
        RAISE,
        RAISE,
    ),
    "off target": Case(
        OffTarget(WEIGHT, "dry_weight", 2.0, 1.0),
        NOT_CONFIGURED,
        NOT_CONFIGURED,
        NOT_CONFIGURED,
        NOT_CONFIGURED,
    ),
    "average": Case(Average((LIMIT,), days=3, least_days=2), KEEP, NO_DATA, KEEP, NO_DATA),
    "slope": Case(
        Slope(WEIGHT, 1.0, 0.5, days=10, least_values=5, least_days=5), CLEAR, NO_DATA, CLEAR, NO_DATA
    ),
    "unusual": Case(Unusual(WEIGHT, 3.0, 1.0, BASELINE), RAISE, NO_DATA, RAISE, NO_DATA),
    "ewma": Case(Ewma(WEIGHT, 3.0, 1.0, BASELINE, half_life_days=2), RAISE, NO_DATA, RAISE, NO_DATA),
    "cusum": Case(Cusum(WEIGHT, 4.0, 1.0, BASELINE, days=14, slack=0.5), RAISE, NO_DATA, RAISE, NO_DATA),
    "crossing": Case(
        Crossing(WEIGHT, 1.0, 0.5, days=3, long_days=14, least_values=5), RAISE, NO_DATA, RAISE, NO_DATA
    ),
    "variability": Case(
        Variability(WEIGHT, 2.0, 1.0, days=7, least_values=5), RAISE, NO_DATA, RAISE, NO_DATA
    ),
    "count": Case(Count(ABOVE, times=2, days=7, clear=0, apart_hours=4), KEEP, KEEP, KEEP, KEEP),
    "event": Case(Event(("mark",), clear_hours=24), CLEAR, CLEAR, CLEAR, CLEAR),
    "combination": Case(
        Combination((Threshold((LIMIT,)), Change(WEIGHT, 2.0, 1.0, days=3)), within_hours=1),
        RAISE,
        KEEP,
        RAISE,
        RAISE,
    ),
    "silence": Case(Silence(WEIGHT, 24, 24), CLEAR, CLEAR, CLEAR, CLEAR),
}


def mornings(days: int = 30) -> tuple[Floats, Floats]:
    """Times and weights; the weight of the last morning is 90 kg."""
    values = np.full(days, 80.0)
    values[-1] = 90.0
    return np.arange(days, dtype=float) * DAY, values


def series(times: Floats, values: Floats, vital: str = WEIGHT.vital) -> Series:
    return Series(times, {vital: values}, np.array([0, times.size]), local_times=times)


def last(kind: RuleKind, judged: Series) -> Outcome:
    explains_itself(kind, judged)
    return Outcome(int(kind.outcomes(judged)[-1]))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_month_one_reading_a_reading_told_twice_and_one_after_a_year(case: Case) -> None:
    times, values = mornings()
    assert last(case.kind, series(times, values)) is case.last
    assert last(case.kind, series(times[-1:], values[-1:])) is case.alone
    doubled = np.append(times, times[-1]), np.append(values, values[-1])
    assert last(case.kind, series(*doubled)) is case.twice
    times[-1] += 365 * DAY
    assert last(case.kind, series(times, values)) is case.after_a_year


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_no_reading_has_no_verdict(case: Case) -> None:
    assert case.kind.outcomes(series(np.zeros(0), np.zeros(0))).tolist() == []


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_is_no_number_is_no_data_and_changes_nothing_else(case: Case) -> None:
    times, values = mornings()
    whole = case.kind.outcomes(series(times, values))
    gaps = np.insert(values, [3, 17, 30], np.nan)
    mixed = case.kind.outcomes(series(np.insert(times, [3, 17, 30], times[[3, 17, 29]]), gaps))
    assert mixed[~np.isnan(gaps)].tolist() == whole.tolist()
    nothing = CLEAR if isinstance(case.kind, Event) else NO_DATA  # what marks are about needs no number
    assert set(mixed[np.isnan(gaps)]) == {nothing}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_another_vital_is_no_data(case: Case) -> None:
    """So is another unit: a rule that asks for it is refused, a reading in it is not taken in."""
    judged = series(*mornings(), vital="spo2")
    expected = CLEAR if isinstance(case.kind, Event) else NO_DATA
    assert set(case.kind.outcomes(judged)) == {expected}
    explains_itself(case.kind, judged)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_readings_out_of_order_are_refused_before_any_kind_sees_them(case: Case) -> None:
    times, values = mornings()
    times[[4, 20]] = times[[20, 4]]
    with pytest.raises(ValueError, match="older than the one before it"):
        case.kind.outcomes(series(times, values))


@pytest.mark.parametrize("month", [3, 10])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_nights_when_clocks_change_are_nights_like_others(case: Case, month: int) -> None:
    """Seven o'clock by the wall, over the last Sunday of the month in Berlin, ends as it does in UTC."""
    zone = ZoneInfo("Europe/Berlin")
    walls = [datetime(2026, month, 5, 7, tzinfo=UTC) + timedelta(days=day) for day in range(30)]
    _, values = mornings()
    berlin = Series(
        np.array([wall.replace(tzinfo=zone).timestamp() for wall in walls]),
        {WEIGHT.vital: values},
        np.array([0, values.size]),
        local_times=np.array([wall.timestamp() for wall in walls]),
    )
    assert np.unique(np.diff(berlin.times)).size == 2
    assert last(case.kind, berlin) is case.last
