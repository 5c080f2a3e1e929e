"""Scoring rules on simulated heart failure: by hand on a few days, and what is promised of the kinds."""

from __future__ import annotations

import json

import numpy as np
import pytest
from click.testing import CliRunner

from simulators.cli import main
from simulators.cohorts.heart_failure import FIRST, GENERATORS, Cohort, draw
from simulators.score.cohort import interruptions, score
from simulators.score.rules_of_thumb import by_rule_of_thumb


def test_the_same_seed_draws_the_same_cohort_and_others_differ() -> None:
    usual = GENERATORS["usual"]
    np.testing.assert_array_equal(draw(usual, 5, 1).weights, draw(usual, 5, 1).weights)
    assert not np.array_equal(draw(usual, 5, 1).weights, draw(usual, 5, 2).weights, equal_nan=True)


@pytest.mark.parametrize("name", GENERATORS)
def test_a_cohort_scatters_and_decompensates_as_its_generator_says(name: str) -> None:
    generator, cohort = GENERATORS[name], draw(GENERATORS[name], 400, 3)
    calm = cohort.weights[:, :FIRST]
    within = np.sqrt(np.nanmean(np.nanvar(calm, axis=1, ddof=1)))
    assert within == pytest.approx(generator.noise_kg, rel=0.15)
    gains = [
        np.nanmean(cohort.weights[who, admitted - 2 : admitted])
        - np.nanmean(cohort.weights[who, onset - 14 : onset])
        for who, onset, admitted in zip(cohort.who, cohort.onset, cohort.admitted, strict=True)
        if np.isfinite(cohort.weights[who, admitted - 2 : admitted]).any()
    ]
    gaining = np.mean(np.array(gains) > 1.0)
    assert 0.6 * generator.gaining < gaining <= generator.gaining + 0.1
    assert 0.3 < cohort.who.size / cohort.size < 1.0


def test_three_pounds_in_a_day_or_five_in_a_week() -> None:
    weights = np.array([[80.0, 81.36, 81.0, np.nan, 82.5, 82.5, 82.5, 82.4, 83.66]])
    assert np.flatnonzero(by_rule_of_thumb(weights)).tolist() == [1, 7, 8]


def test_calls_are_true_before_an_admission_false_in_peace_and_neither_after_it() -> None:
    cohort = Cohort(np.full((1, 100), 80.0), np.array([0]), np.array([50]), np.array([60]))
    calls = np.zeros((1, 100), dtype=bool)
    calls[0, [10, 40, 53, 57, 62, 90]] = True
    found = score(calls, cohort)
    assert (found.sensitivity, found.lead_days) == (1.0, 7.0)
    assert found.false_calls == pytest.approx(100 * 2 / (100 - FIRST - 24))


def test_raises_join_a_task_that_is_open() -> None:
    raises = np.array([[True, True, False, True, True, True, True]])
    assert np.flatnonzero(interruptions(raises)).tolist() == [0, 3, 6]


def test_rules_find_as_many_as_the_thumb_with_at_most_half_of_its_false_calls() -> None:
    result = CliRunner(env={"HEARTHBEAT_UCI_DIR": None}).invoke(main, ["score", "--quick", "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["logs"] is None
    thumb, *rules = found["heart_failure"]
    assert [rule["name"] for rule in rules[-2:]] == ["thumb, fewer patients", "heart-failure"]
    by_name = {rule["name"]: rule for rule in rules}
    for name in ("gain that stands out", "EWMA", "crossing averages"):
        assert by_name[name]["sensitivity"]["mean"] >= thumb["sensitivity"]["mean"] - 0.05
        assert by_name[name]["of_thumb"] <= 0.5
    assert by_name["heart-failure"]["of_thumb"] <= 0.5
