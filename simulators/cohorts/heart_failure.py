"""Patients with heart failure who weigh themselves in the morning; when fluid begins to gather is known.

Each cause that moves a weight draws from chances of its own: the same seed gives two homes the same scatter,
the same decompensations and the same missed mornings; they differ only in what they are to differ in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from alerting.windows import DAY, HOUR
from simulators.cohorts.homes import ADHERENCE, PHYSIOLOGY, Clothes, Doses, SecondPerson, WeighingHome

Kilograms = NDArray[np.float64]
Seconds = NDArray[np.float64]
Days = NDArray[np.int64]
Marks = NDArray[np.bool_]
Chance = np.random.Generator

DAYS = 180
DRY_KG = (55.0, 110.0)
EVENTS_A_DAY = 1 / 180  # ours: about one decompensation in half a year
APART = 45  # days from one decompensation to the next, at least
FIRST = 30  # day on which the first may begin: before, nobody can know what is usual
IN_HOSPITAL = 5
RECOVERED = 14  # days after an admission that are neither danger nor peace
MORNING = 7 * HOUR
EARLIEST, LATEST = 4 * HOUR, 12 * HOUR
YEAR = 365.25


@dataclass(frozen=True, eq=False)
class Cohort:
    """`weights` (patients, days) in kg, NaN where nobody stood on the scale; `times` when somebody did.

    Times are seconds since the first midnight. `without` are the same weights if no fluid had gathered: what
    a rule finds in those it finds by chance. Decompensation i is of patient `who[i]`, from day `onset[i]` to
    an admission on day `admitted[i]`.
    """

    weights: Kilograms
    times: Seconds
    without: Kilograms
    who: Days
    onset: Days
    admitted: Days

    @property
    def size(self) -> int:
        return int(self.weights.shape[0])

    @property
    def unharmed(self) -> Cohort:
        """The same mornings without any fluid; the decompensations stand where they would have been."""
        return replace(self, weights=self.without)


def draw(home: WeighingHome, patients: int, seed: int, days: int = DAYS) -> Cohort:
    """A cohort; the same seed draws the same one."""
    chances = iter(np.random.default_rng(seed).spawn(10))
    shape = (patients, days)
    levels = next(chances).uniform(*DRY_KG, (patients, 1))
    weights = levels + np.cumsum(next(chances).normal(0.0, PHYSIOLOGY.drift_kg, shape), axis=1)
    weights += home.noise_kg * _scatter(next(chances), shape, home.carried, home.tail)
    doses, clothes, another = next(chances), next(chances), next(chances)
    if home.doses:
        weights += _steps(home.doses, doses, shape)
    if home.clothes:
        weights += _worn(home.clothes, clothes, shape)
    fluid, who, onset, admitted = _decompensations(home.gaining, next(chances), shape)
    measured = _measured(home, next(chances), shape, who, admitted)
    minutes = next(chances).normal(0.0, home.minutes, shape) if home.minutes else np.zeros(shape)
    times = np.arange(days) * DAY + np.clip(MORNING + minutes * 60, EARLIEST, LATEST)
    with_fluid = weights + fluid
    if home.second_person:
        others = _others(home.second_person, another, levels, days)
        weights, with_fluid = (np.where(np.isnan(others), each, others) for each in (weights, with_fluid))
    without, with_fluid = (np.where(measured, np.round(each, 1), np.nan) for each in (weights, with_fluid))
    return Cohort(with_fluid, np.round(times), without, who, onset, admitted)


def _scatter(chance: Chance, shape: tuple[int, int], carried: float, tail: float = np.inf) -> Kilograms:
    """Deviations (patients, days) with a standard deviation of 1; so much is still there on the next day."""
    fresh = chance.normal(size=shape)
    if np.isfinite(tail):
        fresh = chance.standard_t(tail, shape) / np.sqrt(tail / (tail - 2))
    deviations = np.empty(shape)
    deviations[:, 0] = fresh[:, 0]
    kept = np.sqrt(1 - carried**2)
    for day in range(1, shape[1]):
        deviations[:, day] = carried * deviations[:, day - 1] + kept * fresh[:, day]
    return deviations


def _steps(doses: Doses, chance: Chance, shape: tuple[int, int]) -> Kilograms:
    """What changes of dose have done to the weight by each day (patients, days)."""
    falls = chance.random(shape) < doses.raised
    steps = np.where(falls, -1.0, 1.0) * chance.uniform(*doses.step_kg, shape)
    steps[chance.random(shape) >= doses.a_day] = 0.0
    settled = np.exp(-np.arange(1, shape[1] + 1) / doses.settling_days)
    moved = [np.convolve(each, 1 - settled)[: shape[1]] for each in steps]
    return np.array(moved).reshape(shape)


def _worn(clothes: Clothes, chance: Chance, shape: tuple[int, int]) -> Kilograms:
    season = 2 * np.pi * (np.arange(shape[1]) + chance.uniform(0, YEAR, (shape[0], 1))) / YEAR
    return clothes.swing_kg / 2 * np.cos(season) + clothes.spells_kg * _scatter(
        chance, shape, clothes.carried
    )


def _others(person: SecondPerson, chance: Chance, levels: Kilograms, days: int) -> Kilograms:
    """The weights of somebody else (patients, days), NaN on the days on which nobody else uses the scale."""
    apart = chance.uniform(*person.apart_kg, levels.shape) * chance.choice((-1.0, 1.0), levels.shape)
    others: Kilograms = levels + apart + chance.normal(0.0, person.noise_kg, (levels.size, days))
    others[chance.random(others.shape) >= person.share] = np.nan
    return others


def _decompensations(
    gaining: float, chance: Chance, shape: tuple[int, int]
) -> tuple[Kilograms, Days, Days, Days]:
    """The fluid on each day (patients, days); of whom it is, when it begins, and when the admission comes."""
    fluid = np.zeros(shape)
    events = []
    for patient in range(shape[0]):
        for first, length in _onsets(chance, shape[1]):
            gain = chance.uniform(*PHYSIOLOGY.gain_kg) * (chance.random() < gaining)
            rising = (np.arange(1, length + 1) / length) ** PHYSIOLOGY.bend
            fluid[patient, first : first + length] = gain * rising
            events.append((patient, first, first + length))
    who, onset, admitted = np.array(events, dtype=np.int64).reshape(-1, 3).T
    return fluid, who, onset, admitted


def _onsets(chance: Chance, days: int) -> Iterator[tuple[int, int]]:
    """On which day each decompensation of a patient begins, and for how many days it lasts."""
    day = FIRST
    while (day := day + int(chance.exponential(1 / EVENTS_A_DAY))) < days - PHYSIOLOGY.days[1]:
        yield day, int(chance.integers(*PHYSIOLOGY.days))
        day += APART


def _measured(home: WeighingHome, chance: Chance, shape: tuple[int, int], who: Days, admitted: Days) -> Marks:
    """On which days (patients, days) somebody stands on the scale."""
    turn = (np.arange(shape[1]) + chance.integers(0, home.habit.of_days, (shape[0], 1))) % home.habit.of_days
    measured = np.isin(turn, home.habit.days) & (chance.random(shape) >= ADHERENCE.missing_share)
    tired = chance.random(shape) >= ADHERENCE.after_admission
    begins = chance.random(shape) < ADHERENCE.gap_a_day
    lengths = chance.integers(*ADHERENCE.gap_days, shape)
    if home.has_gaps:
        for patient, day in np.argwhere(begins):
            measured[patient, day : day + lengths[patient, day]] = False
    for patient, day in zip(who, admitted, strict=True):
        home_again = day + IN_HOSPITAL
        measured[patient, day:home_again] = False
        measured[patient, home_again : home_again + RECOVERED] &= ~tired[
            patient, home_again : home_again + RECOVERED
        ]
    return measured
