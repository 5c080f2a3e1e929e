"""Averages over the days of blood pressure at home, against a plain loop and the protocols they come from."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from statistics import mean
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given

from alerting.kinds.average import Average
from alerting.kinds.bound import Bound, Comparison, Limit
from alerting.kinds.kind import Measure
from alerting.series import Series
from alerting.verdict import Outcome
from alerting.windows import DAY, HOUR
from tests.alerting.cohorts import Patient, Row, explains_itself, one_by_one, patients, series_of
from tests.examples import examples

CODES = ("systolic_bp", "diastolic_bp")
SYSTOLIC = Measure("systolic_bp", "systolic blood pressure", "mmHg")
DIASTOLIC = Measure("diastolic_bp", "diastolic blood pressure", "mmHg")


def limits(systolic: float, diastolic: float) -> tuple[Limit, ...]:
    return (
        Limit(Bound(SYSTOLIC, Comparison.AT_LEAST, systolic), systolic - 5),
        Limit(Bound(DIASTOLIC, Comparison.AT_LEAST, diastolic), diastolic - 5),
    )


HOME = Average(limits(135, 85), days=7, least_days=3, discard_days=1, morning=2, evening=2)
LOOSE = Average(limits(82, 80), days=4, least_days=2, discard_days=1, morning=0, evening=1)
PLAIN = Average(limits(82, 80), days=3, least_days=1)


def by_hand(rule: Average, rows: Patient) -> Outcome:
    """The average at the last reading, with nothing but dictionaries."""
    by_day: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if np.isfinite(row.values).all():
            by_day[int((row.time + 2 * HOUR) // DAY)].append(row)
    today = int((rows[-1].time + 2 * HOUR) // DAY)
    if not np.isfinite(rows[-1].values).all():
        return Outcome.NO_DATA
    complete = []
    for day in range(today - rule.days + 1, today + 1):
        hours = [(row.time + 2 * HOUR) % DAY / HOUR for row in by_day.get(day, [])]
        mornings = sum(hour < 12 for hour in hours)
        if hours and mornings >= rule.morning and len(hours) - mornings >= rule.evening:
            complete.append(day)
    averaged = complete[rule.discard_days :]
    if len(averaged) < rule.least_days:
        return Outcome.NO_DATA
    if today not in averaged:
        return Outcome.KEEP
    readings = [row.values for day in averaged for row in by_day[day]]
    averages = [round(mean(values), 4) for values in zip(*readings, strict=True)]
    pairs = list(zip(rule.limits, averages, strict=True))
    if any(average >= limit.bound.value for limit, average in pairs):
        return Outcome.RAISE
    return Outcome.CLEAR if all(average <= limit.clear for limit, average in pairs) else Outcome.KEEP


@pytest.mark.parametrize("rule", [LOOSE, PLAIN])
@examples(80)
@given(cohort=patients(vitals=2))
def test_an_average_is_what_a_plain_loop_says(rule: Average, cohort: list[Patient]) -> None:
    series = series_of(cohort, *CODES)
    assert rule.outcomes(series).tolist() == one_by_one(cohort, lambda rows: by_hand(rule, rows))
    explains_itself(rule, series)


def protocol(days: int, systolic: float, zone: str = "UTC", first: date = date(2026, 3, 2)) -> Series:
    """Two readings in the morning and two in the evening, a minute apart, by the clock on the wall."""
    clock = [time(7), time(7, 1), time(21), time(21, 1)]
    dates = [first + timedelta(days=day) for day in range(days)]
    local = [datetime.combine(day, at, ZoneInfo(zone)) for day in dates for at in clock]
    return Series(
        times=np.array([each.timestamp() for each in local]),
        vitals={
            "systolic_bp": np.full(len(local), systolic),
            "diastolic_bp": np.full(len(local), 80.0),
        },
        starts=np.array([0, len(local)]),
        local_times=np.array([each.replace(tzinfo=UTC).timestamp() for each in local]),
    )


def test_the_first_day_is_left_out_and_three_more_are_needed() -> None:
    series = protocol(5, 140.0)
    series.vitals["systolic_bp"][:4] = 190.0
    outcomes = HOME.outcomes(series)
    assert outcomes[:15].tolist() == [Outcome.NO_DATA] * 15
    assert outcomes[15:].tolist() == [Outcome.RAISE] + [Outcome.KEEP] * 3 + [Outcome.RAISE]
    verdict = HOME.explain(series, 15, Outcome.RAISE)
    assert verdict.reason == (
        "Average systolic blood pressure 140.0 mmHg (at least 135 mmHg) and diastolic blood pressure "
        "80.0 mmHg (at least 85 mmHg), over 3 days"
    )
    assert verdict.evidence == tuple(range(4, 16))


def test_a_normal_average_clears_whatever_one_reading_was() -> None:
    series = protocol(7, 120.0)
    series.vitals["systolic_bp"][20] = 160.0
    assert HOME.outcomes(series)[-1] == Outcome.CLEAR


@pytest.mark.parametrize("first", [date(2026, 3, 26), date(2026, 10, 22)])
def test_the_nights_when_clocks_change_are_days_like_others(first: date) -> None:
    berlin = protocol(7, 140.0, "Europe/Berlin", first)
    assert np.ptp(np.diff(berlin.times[::4])) == HOUR
    assert HOME.outcomes(berlin).tolist() == HOME.outcomes(protocol(7, 140.0)).tolist()
    explains_itself(HOME, berlin)


def test_a_clock_set_back_over_midnight_makes_no_second_yesterday() -> None:
    local = np.array([23.5, 24.2, 23.4, 23.9, 25.0]) * HOUR
    series = Series(np.arange(5.0) * HOUR / 2, {}, np.array([0, 5]), local_times=local)
    assert series.local_days is not None
    assert series.local_days.tolist() == [0, 1, 1, 1, 1]


def test_a_reading_with_one_of_two_vitals_does_not_count() -> None:
    series = protocol(4, 140.0)
    series.vitals["diastolic_bp"][14] = np.nan
    assert set(HOME.outcomes(series)) == {Outcome.NO_DATA}
    reason = HOME.explain(series, 15, Outcome.NO_DATA).reason
    assert reason == "Fewer than 4 days with enough of systolic blood pressure and diastolic blood pressure"
