"""What a series refuses, and windows over it."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.series import Series
from alerting.windows import (
    DAY,
    Floats,
    medians,
    newest,
    repeated,
    side_by_side,
    window_counts,
    window_means,
    window_minimum,
    window_starts,
)
from tests.alerting.cohorts import Patient, patients, series_of

TWO = np.array([0, 2, 4])


@pytest.mark.parametrize(
    ("times", "vitals", "starts", "personal", "complaint"),
    [
        ([0.0, 1.0, 1.0, 0.5], {}, TWO, {}, "reading 3 is older than the one before it"),
        ([0.0, 1.0, np.nan, 2.0], {}, TWO, {}, "a reading has no time"),
        ([0.0, 1.0, 2.0], {}, TWO, {}, "different length"),
        ([0.0, 1.0, 2.0, 3.0], {"spo2": np.zeros(3)}, TWO, {}, "different length"),
        ([0.0, 1.0, 2.0, 3.0], {}, np.array([0, 5, 4]), {}, "never fall"),
        ([0.0, 1.0, 2.0, 3.0], {}, np.array([1, 4]), {}, "begin with 0"),
        ([0.0, 1.0, 2.0, 3.0], {}, TWO, {"dry_weight": np.zeros(4)}, "of 2 patients"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    times: list[float],
    vitals: Mapping[str, Floats],
    starts: np.typing.NDArray[np.int64],
    personal: Mapping[str, Floats],
    complaint: str,
) -> None:
    with pytest.raises(ValueError, match=complaint):
        Series(np.array(times), vitals, starts, personal=personal)


def test_the_next_patient_may_begin_earlier_and_nobody_may_be_empty() -> None:
    series = Series(np.array([5.0, 6.0, 1.0]), {}, np.array([0, 0, 2, 3, 3]))
    assert series.patients.tolist() == [1, 1, 2]
    assert window_starts(series.times, series.starts, 1e9).tolist() == [0, 0, 2]


@given(patients(), st.sampled_from([0.0, 0.5, 1.0, 3.0, 400.0]))
def test_window_starts_are_what_a_plain_loop_says(cohort: list[Patient], days: float) -> None:
    series = series_of(cohort)
    expected = [
        start + next(i for i, row in enumerate(patient) if row.time >= patient[end].time - days * DAY)
        for start, patient in zip(series.starts[:-1], cohort, strict=True)
        for end in range(len(patient))
    ]
    assert window_starts(series.times, series.starts, days * DAY).tolist() == expected


@given(patients(), st.sampled_from([0.0, 3.0, 400.0]))
def test_one_patients_readings_up_to_one(cohort: list[Patient], days: float) -> None:
    series = series_of(cohort, "spo2")
    starts = window_starts(series.times, series.starts, days * DAY)
    for index in range(series.times.size):
        part, first = series.until(index, days)
        here = slice(first, index + 1)
        assert first == starts[index]
        assert part.starts.tolist() == [0, index + 1 - first]
        np.testing.assert_array_equal(part.vital("spo2"), series.vital("spo2")[here])
        np.testing.assert_array_equal(part.mark("mark"), series.mark("mark")[here])
        np.testing.assert_array_equal(part.times, series.times[here])


@given(st.lists(st.integers(-50, 50), max_size=40), st.randoms(use_true_random=False))
def test_what_is_in_windows(values: list[int], random: Random) -> None:
    array = np.array(values, dtype=float)
    starts = np.array([random.randint(0, index) for index in range(array.size)], dtype=np.int64)
    inside = [values[start : index + 1] for index, start in enumerate(starts)]
    assert window_minimum(array, starts).tolist() == [min(each) for each in inside]
    assert window_counts(array > 0, starts).tolist() == [sum(v > 0 for v in each) for each in inside]
    np.testing.assert_allclose(window_means(array, starts), [sum(each) / len(each) for each in inside])
    ends = np.arange(1, array.size + 1)
    seen = {
        int(index): array[row].tolist()
        for which, rows in side_by_side(starts, ends)
        for index, row in zip(which, rows, strict=True)
    }
    assert seen == dict(enumerate(inside))


@given(patients(), st.sampled_from([0.0, 0.5, 3.0, 400.0]), st.integers(1, 4))
def test_marks_that_are_recent_or_repeated_are_what_a_plain_loop_says(
    cohort: list[Patient], days: float, least: int
) -> None:
    series = series_of(cohort)
    recent, often = [], []
    for start, patient in zip(series.starts[:-1].tolist(), cohort, strict=True):
        for end, row in enumerate(patient):
            marked = [
                i for i in range(end + 1) if patient[i].mark and patient[i].time >= row.time - days * DAY
            ]
            recent.append(start + marked[-1] if marked else -1)
            often.append(row.mark and len(marked) >= least)
    marks = series.mark("mark")
    assert newest(marks, series.times, series.starts, days * DAY).tolist() == recent
    assert repeated(marks, series.times, series.starts, days * DAY, least).tolist() == often


@given(st.lists(st.lists(st.sampled_from([1.0, 2.0, 5.0, np.nan]), min_size=3, max_size=3), min_size=1))
def test_medians_leave_nan_out(rows: list[list[float]]) -> None:
    found = medians(np.array(rows))
    for row, middle in zip(rows, found, strict=True):
        numbers = sorted(value for value in row if not np.isnan(value))
        if numbers:
            assert middle == (numbers[(len(numbers) - 1) // 2] + numbers[len(numbers) // 2]) / 2
        else:
            assert np.isnan(middle)
