"""Scoring rules on simulated heart failure, by hand on a few days."""

from __future__ import annotations

import numpy as np
import pytest

from simulators.cohorts.heart_failure import FIRST, Cohort, Marks
from simulators.score.candidates import best
from simulators.score.cohort import CallDays, CohortScore, Scores, interruptions, mean, score
from simulators.score.rules_of_thumb import by_rule_of_thumb, in_a_week


def cohort(with_fluid: float = 80.0, without: float = 80.0) -> Cohort:
    """One patient with a decompensation from day 50 to day 60."""
    weights = np.full((1, 100), with_fluid)
    times = np.arange(100, dtype=np.float64)[np.newaxis]
    return Cohort(weights, times, np.full((1, 100), without), np.array([0]), np.array([50]), np.array([60]))


def on(*days: int) -> Marks:
    marks = np.zeros((1, 100), dtype=bool)
    marks[0, list(days)] = True
    return marks


def test_three_pounds_in_a_day_or_five_in_a_week() -> None:
    weights = np.array([[80.0, 81.36, 81.0, np.nan, 82.5, 82.5, 82.5, 82.4, 83.66]])
    assert np.flatnonzero(by_rule_of_thumb(weights)).tolist() == [1, 4, 5, 6, 7, 8]
    assert np.flatnonzero(in_a_week(weights)).tolist() == [4, 5, 6, 7, 8]


def test_the_week_is_counted_from_its_oldest_weight() -> None:
    sparse = np.array([[80.0, np.nan, np.nan, 81.0, np.nan, np.nan, 82.3, np.nan, np.nan, 83.2]])
    assert np.flatnonzero(in_a_week(sparse)).tolist() == [6]  # 6 days before; on day 9 that of day 3 counts
    assert not in_a_week(np.array([[80.0, *[np.nan] * 7, 90.0]])).any()


def test_calls_are_true_before_an_admission_false_in_peace_and_neither_after_it() -> None:
    calls = on(10, 40, 53, 57, 62, 90)
    found = score(lambda _: CallDays(calls, calls), cohort())
    assert (found.found, found.lead_days) == (1.0, 7.0)
    assert found.false_calls == pytest.approx(100 * 2 / (100 - FIRST - 24))


def test_what_is_called_without_any_fluid_is_found_by_chance() -> None:
    """Two calls in the same days, of which one is there whatever happens."""

    def rule(patients: Cohort) -> CallDays:
        calls = on(55) if patients.weights[0, 0] > 81 else on()
        return CallDays(calls, calls)

    found = score(rule, cohort(with_fluid=82.0))
    assert (found.found, found.by_chance, found.above_chance) == (1.0, 0.0, 1.0)
    found = score(rule, cohort(with_fluid=82.0, without=82.0))
    assert (found.found, found.by_chance, found.above_chance) == (1.0, 1.0, 0.0)


def test_a_call_about_something_else_finds_nothing_and_is_false_all_the_same() -> None:
    found = score(lambda _: CallDays(on(40, 55), on()), cohort())
    assert found.found == 0.0
    assert np.isnan(found.lead_days)
    assert found.false_calls > 0


def test_raises_join_a_task_that_is_open() -> None:
    raises = np.array([[True, True, False, True, True, True, True]])
    assert np.flatnonzero(interruptions(raises)).tolist() == [0, 3, 6]


def one_home(found: float, by_chance: float, false_calls: float) -> Scores:
    return {"usual": [CohortScore(found, by_chance, 5.0, false_calls)]}


def test_the_best_limit_finds_most_above_chance_with_few_enough_false_calls() -> None:
    tuned = {1.0: one_home(0.9, 0.1, 4.0), 2.0: one_home(0.8, 0.2, 2.0), 3.0: one_home(0.5, 0.0, 1.0)}
    assert best(tuned, most_false=2.0) == 2.0
    assert best(tuned, most_false=1.5) == 3.0
    assert best(tuned, most_false=0.5) == 3.0
    assert mean(tuned[1.0], lambda each: each.above_chance) == pytest.approx(0.8)
