"""Simulated homes: each scatters, measures and decompensates as it says, and differs in nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from alerting.windows import DAY, HOUR
from simulators.cohorts.heart_failure import FIRST, IN_HOSPITAL, Cohort, draw
from simulators.cohorts.homes import (
    CALM,
    CLOTHES,
    DOSES,
    HOMES,
    RESTLESS,
    SECOND_PERSON,
    USUAL,
    WeighingHabit,
    WeighingHome,
)

PATIENTS = 300
STILL = WeighingHome(noise_kg=0.0, gaining=0.0)


def change(home: WeighingHome) -> Cohort:
    return draw(home, PATIENTS, 3)


def test_the_same_seed_draws_the_same_cohort_and_others_differ() -> None:
    np.testing.assert_array_equal(draw(USUAL, 5, 1).weights, draw(USUAL, 5, 1).weights)
    assert not np.array_equal(draw(USUAL, 5, 1).weights, draw(USUAL, 5, 2).weights, equal_nan=True)


@pytest.mark.parametrize(
    "home", [CALM, USUAL, RESTLESS, replace(USUAL, tail=3.0), replace(USUAL, carried=0.5)]
)
def test_a_home_scatters_and_decompensates_as_it_says(home: WeighingHome) -> None:
    cohort = change(home)
    within = np.sqrt(np.nanmean(np.nanvar(cohort.weights[:, :FIRST], axis=1, ddof=1)))
    assert within == pytest.approx(home.noise_kg, rel=0.15)
    fluid = cohort.weights - cohort.without
    gains = [
        np.nanmax(fluid[who, onset:admitted], initial=0.0)
        for who, onset, admitted in zip(cohort.who, cohort.onset, cohort.admitted, strict=True)
    ]
    assert np.mean(np.array(gains) > 0.5) == pytest.approx(home.gaining, abs=0.08)
    assert 0.3 < cohort.who.size / cohort.size < 1.0


@pytest.mark.parametrize("name", HOMES)
def test_without_fluid_nothing_differs_but_the_days_of_a_decompensation(name: str) -> None:
    cohort = draw(HOMES[name], 40, 3)
    differs = ~np.isclose(cohort.weights, cohort.without, equal_nan=True)
    for who, onset, admitted in zip(cohort.who, cohort.onset, cohort.admitted, strict=True):
        differs[who, onset:admitted] = False
        assert np.isnan(cohort.weights[who, admitted : admitted + IN_HOSPITAL]).all()
    assert not differs.any()
    np.testing.assert_array_equal(cohort.unharmed.weights, cohort.without)
    assert np.isfinite(cohort.times).all()


def test_homes_of_one_seed_differ_only_in_what_they_are_to_differ_in() -> None:
    usual, calm = change(USUAL), change(replace(USUAL, noise_kg=0.5))
    np.testing.assert_array_equal(usual.onset, calm.onset)
    np.testing.assert_array_equal(np.isnan(usual.weights), np.isnan(calm.weights))
    strangers = np.argwhere(
        ~np.isclose(
            usual.weights, change(replace(USUAL, second_person=SECOND_PERSON)).weights, equal_nan=True
        )
    )
    assert len(strangers) / np.isfinite(usual.weights).sum() == pytest.approx(SECOND_PERSON.share, rel=0.1)


def test_a_change_of_dose_is_a_step_that_stays() -> None:
    still, stepped = change(STILL), change(replace(STILL, doses=DOSES))
    moved = (stepped.without - still.without)[:, -1]
    changes = DOSES.a_day * still.weights.shape[1]
    mean_step = np.mean(DOSES.step_kg) * (1 - 2 * DOSES.raised)
    assert np.nanmean(moved) == pytest.approx(changes * mean_step, rel=0.25)
    assert np.nanmean(np.abs(moved) > 0.4) > 0.5


def test_clothes_weigh_more_in_one_half_of_the_year() -> None:
    still, worn = draw(STILL, 100, 3, days=365), draw(replace(STILL, clothes=CLOTHES), 100, 3, days=365)
    weight = worn.without - still.without
    by_month = np.array([np.nanmean(weight[:, day : day + 30], axis=1) for day in range(0, 360, 30)])
    swing = np.median(by_month.max(axis=0) - by_month.min(axis=0))
    assert CLOTHES.swing_kg * 0.8 < swing < CLOTHES.swing_kg + CLOTHES.spells_kg
    assert np.nanstd(weight) == pytest.approx(np.hypot(CLOTHES.spells_kg, CLOTHES.swing_kg / 8**0.5), rel=0.1)


@pytest.mark.parametrize(
    ("habit", "apart"),
    [(WeighingHabit.DAILY, {1}), (WeighingHabit.EVERY_THIRD_DAY, {3}), (WeighingHabit.TWICE_A_WEEK, {3, 4})],
)
def test_habits_say_how_many_days_lie_between_weights(habit: WeighingHabit, apart: set[int]) -> None:
    cohort = draw(replace(USUAL, habit=habit), 40, 3)
    gaps = np.concatenate([np.diff(np.flatnonzero(~np.isnan(each))) for each in cohort.weights])
    days, counts = np.unique(gaps, return_counts=True)
    usual = set(days[np.argsort(counts)[-len(apart) :]].tolist())
    assert usual == apart
    assert min(days) == min(apart)


def test_gaps_come_in_runs_of_days() -> None:
    def longest(home: WeighingHome) -> float:
        missed = np.isnan(change(home).weights[:, :FIRST])
        return float(
            np.mean([max(map(len, "".join(map(str, each.astype(int))).split("0"))) for each in missed])
        )

    assert longest(USUAL) < 2.5
    assert longest(replace(USUAL, has_gaps=True)) > 4


def test_people_weigh_themselves_in_the_morning_and_not_to_the_minute() -> None:
    hours = (change(USUAL).times % DAY) / HOUR
    assert hours.mean() == pytest.approx(7, abs=0.1)
    assert np.std(hours) == pytest.approx(USUAL.minutes / 60, rel=0.05)
    assert (change(HOMES["to the minute"]).times % DAY == 7 * HOUR).all()
