"""Patients with heart failure who weigh themselves in the morning; when fluid begins to gather is known.

How well a rule does depends on how calm the scale is and on how many decompensations show on it at all, so
there are several generators instead of one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Kilograms = NDArray[np.float64]
Days = NDArray[np.int64]
Marks = NDArray[np.bool_]

DAYS = 180
DRY_KG = (55.0, 110.0)
MISSING_SHARE = 0.12  # ours: about one morning in eight without a weight
EVENTS_A_DAY = 1 / 180  # ours: about one decompensation in half a year
APART = 45  # days from one decompensation to the next, at least
FIRST = 30  # day on which the first may begin: before, nobody can know what is usual
IN_HOSPITAL = 5
RECOVERED = 14  # days after an admission that are neither danger nor peace


@dataclass(frozen=True)
class Physiology:
    """How a decompensation shows on the scale, and who says so."""

    gain_kg: tuple[float, float]
    days: tuple[int, int]  # from the first fluid to the admission
    bend: float  # how late in that time the gain comes; 1 is a straight line
    drift_kg: float  # standard deviation of what the dry weight itself changes in a day
    source: str


PHYSIOLOGY = Physiology(
    gain_kg=(1.5, 5.0),
    days=(6, 16),
    bend=1.3,
    drift_kg=0.03,
    source="Chaudhry et al., Circulation 2007;116:1549: weight begins to rise a week or more before an"
    " admission, most steeply in its last days; the numbers are ours",
)


@dataclass(frozen=True)
class Generator:
    """One way in which weights scatter: from day to day, and by how much of it carries over to the next day.

    `gaining` is the share of decompensations that gain weight at all; `tail` the degrees of freedom of the
    scatter (Student's t, scaled to `noise_kg`): few of them mean shoes, full bladders and wrong floors.
    """

    noise_kg: float
    gaining: float
    carried: float = 0.0
    tail: float = np.inf


GENERATORS: Mapping[str, Generator] = {
    "calm": Generator(noise_kg=0.5, gaining=1.0),
    "calm, few gain": Generator(noise_kg=0.5, gaining=0.6),
    "usual": Generator(noise_kg=0.7, gaining=0.8),
    "usual, carried over": Generator(noise_kg=0.7, gaining=0.8, carried=0.5),
    "usual, with slips": Generator(noise_kg=0.7, gaining=0.8, tail=3.0),
    "restless": Generator(noise_kg=0.9, gaining=1.0),
    "restless, few gain": Generator(noise_kg=0.9, gaining=0.6),
}


@dataclass(frozen=True, eq=False)
class Cohort:
    """`weights` (patients, days) in kg, NaN where nobody stood on the scale.

    Decompensation i is of patient `who[i]`, from day `onset[i]` to an admission on day `admitted[i]`.
    """

    weights: Kilograms
    who: Days
    onset: Days
    admitted: Days

    @property
    def size(self) -> int:
        return int(self.weights.shape[0])


def draw(generator: Generator, patients: int, seed: int, days: int = DAYS) -> Cohort:
    """A cohort; the same seed draws the same one."""
    chance = np.random.default_rng(seed)
    weights = chance.uniform(*DRY_KG, (patients, 1)) + np.cumsum(
        chance.normal(0.0, PHYSIOLOGY.drift_kg, (patients, days)), axis=1
    )
    weights += _scatter(generator, chance, (patients, days))
    measured = chance.random((patients, days)) >= MISSING_SHARE
    events: list[tuple[int, int, int]] = []
    for patient in range(patients):
        day = FIRST
        while (day := day + int(chance.exponential(1 / EVENTS_A_DAY))) < days - PHYSIOLOGY.days[1]:
            length = int(chance.integers(*PHYSIOLOGY.days))
            gain = chance.uniform(*PHYSIOLOGY.gain_kg) * (chance.random() < generator.gaining)
            weights[patient, day : day + length] += (
                gain * (np.arange(1, length + 1) / length) ** PHYSIOLOGY.bend
            )
            measured[patient, day + length : day + length + IN_HOSPITAL] = False
            events.append((patient, day, day + length))
            day += APART
    weights[~measured] = np.nan
    who, onset, admitted = np.array(events, dtype=np.int64).reshape(-1, 3).T
    return Cohort(np.round(weights, 1), who, onset, admitted)


def _scatter(generator: Generator, chance: np.random.Generator, shape: tuple[int, int]) -> Kilograms:
    """Deviations (patients, days) with the generator's standard deviation."""
    fresh = chance.normal(size=shape)
    if np.isfinite(generator.tail):
        fresh = chance.standard_t(generator.tail, shape) / np.sqrt(generator.tail / (generator.tail - 2))
    deviations = np.empty(shape)
    deviations[:, 0] = fresh[:, 0]
    fresh_share = np.sqrt(1 - generator.carried**2)
    for day in range(1, shape[1]):
        deviations[:, day] = generator.carried * deviations[:, day - 1] + fresh_share * fresh[:, day]
    return generator.noise_kg * deviations
