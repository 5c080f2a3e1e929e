"""Silence, against a plain loop over one patient's pauses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.kinds.kind import Measure
from alerting.kinds.silence import Silence
from alerting.series import Series
from alerting.silence import Pauses, silence, silent_from
from alerting.verdict import Outcome
from alerting.windows import HOUR

RULE = Silence(Measure("body_weight", "body weight", "kg"), every_hours=24, grace_hours=12)
OWN = np.array([np.nan])

Pause = tuple[int, int, float]
pauses = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 200), st.sampled_from([1.0, 20.0, 90.0, float("inf")])),
    max_size=8,
)


def arrays(rows: list[Pause]) -> Pauses:
    return Pauses(
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=float) * HOUR,
        np.array([row[1] + row[2] for row in rows], dtype=float) * HOUR,
    )


@given(
    last=st.lists(st.sampled_from([0.0, 24.0, 100.0, float("nan")]), min_size=4, max_size=4),
    allowed=st.lists(st.sampled_from([12.0, 36.0, float("nan")]), min_size=4, max_size=4),
    now=st.integers(0, 400),
    rows=pauses,
)
def test_silence_is_what_a_plain_loop_says(
    last: list[float], allowed: list[float], now: int, rows: list[Pause]
) -> None:
    found = silence(np.array(last) * HOUR, np.array(allowed), now * HOUR, arrays(rows))
    moments = silent_from(np.array(last) * HOUR, np.array(allowed), arrays(rows))
    for patient in range(4):
        due, paused = last[patient] + allowed[patient], False
        for who, start, hours in sorted(rows, key=lambda row: row[1]):
            if who == patient:
                paused |= start <= now < start + hours
                if start < due and start + hours > last[patient]:
                    due = max(due, start + hours + allowed[patient])
        expected = Outcome.RAISE if due <= now else Outcome.CLEAR
        if paused:
            expected = Outcome.KEEP
        if np.isnan(last[patient]):
            expected = Outcome.NO_DATA
        if np.isnan(allowed[patient]):
            expected = Outcome.NOT_CONFIGURED
        assert found[patient] == expected
        assert moments[patient] == due * HOUR or np.isnan(due)


@pytest.mark.parametrize(
    ("hours", "outcome"),
    [(35.9, Outcome.CLEAR), (36.0, Outcome.RAISE), (9_000.0, Outcome.RAISE)],
)
def test_the_rules_own_schedule(hours: float, outcome: Outcome) -> None:
    assert RULE.silence(np.zeros(1), OWN, hours * HOUR).tolist() == [outcome]


def test_the_patients_schedule_comes_first() -> None:
    weekly = np.array([168.0])
    assert RULE.silence(np.zeros(1), weekly, 100 * HOUR).tolist() == [Outcome.CLEAR]
    assert RULE.silent_from(np.zeros(1), weekly).tolist() == [180 * HOUR]


def test_back_from_hospital_the_count_begins_anew() -> None:
    stay = Pauses(np.array([0]), np.array([10 * HOUR]), np.array([100 * HOUR]))
    assert RULE.silent_from(np.zeros(1), OWN, stay).tolist() == [136 * HOUR]
    assert RULE.silence(np.zeros(1), OWN, 50 * HOUR, stay).tolist() == [Outcome.KEEP]


def test_a_pause_that_begins_after_the_silence_excuses_nothing() -> None:
    late = Pauses(np.array([0]), np.array([40 * HOUR]), np.array([100 * HOUR]))
    assert RULE.silent_from(np.zeros(1), OWN, late).tolist() == [36 * HOUR]
    assert RULE.silence(np.zeros(1), OWN, 101 * HOUR, late).tolist() == [Outcome.RAISE]


def test_the_reason_says_how_long_and_what_was_expected() -> None:
    assert RULE.reason(0.0, np.nan, 50 * HOUR) == (
        "No body weight for 50 hours (expected every 24 hours, 12 hours of grace)"
    )


def test_a_value_ends_it_and_other_readings_say_nothing() -> None:
    series = Series.of_one(np.arange(2.0), {"body_weight": np.array([np.nan, 80.0])})
    assert RULE.outcomes(series).tolist() == [Outcome.NO_DATA, Outcome.CLEAR]
    assert RULE.explain(series, 1, Outcome.CLEAR).reason == "Body weight 80 kg"
    assert RULE.explain(series, 0, Outcome.NO_DATA).reason == "No body weight measured"


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="begin before it ends"):
        Pauses(np.array([0]), np.array([2.0]), np.array([1.0]))
