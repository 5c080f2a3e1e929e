"""Patients of each programme as they are judged: about four observations a day, most of them calm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from alerting.series import Series
from alerting.windows import DAY, HOUR, Floats
from edge_agent.wire.codes import EventKind, Flag
from edge_agent.wire.vitals import Vital

EAST_HOURS = 1.0  # where they live; the zone's clock is not what is measured
MARKED = 0.01  # share of readings with a symptom or a device's flag


@dataclass(frozen=True)
class VitalDistribution:
    """A vital: the mean and the scatter of the patients' own levels, and of the days about a level."""

    mean: float
    between: float
    within: float


PRESSURE: Mapping[Vital, VitalDistribution] = {
    Vital.SYSTOLIC_BP: VitalDistribution(136, 12, 11),
    Vital.DIASTOLIC_BP: VitalDistribution(82, 8, 7),
}
PULSE = {Vital.PULSE_RATE: VitalDistribution(72, 10, 8)}


@dataclass(frozen=True)
class Habit:
    """What patients of a programme measure, at which hours, and every how many days."""

    vitals: Mapping[Vital, VitalDistribution]
    hours: tuple[float, ...]
    every_days: int = 1
    mark: str | None = None

    @property
    def observations_a_day(self) -> float:
        return len(self.vitals) * len(self.hours) / self.every_days


HABITS: Mapping[str, Habit] = {
    "diabetes": Habit(
        {Vital.BLOOD_GLUCOSE: VitalDistribution(150, 25, 50)},
        (7.0, 12.0, 18.0, 22.0),
        mark=EventKind.HYPOGLYCAEMIC_SYMPTOMS,
    ),
    "diabetes-low-risk": Habit(
        {Vital.BLOOD_GLUCOSE: VitalDistribution(150, 25, 40)}, (7.0, 12.0, 18.0, 22.0)
    ),
    "general": Habit({**PRESSURE, **PULSE, Vital.SPO2: VitalDistribution(96, 1, 1)}, (8.0,)),
    "heart-failure": Habit({**PRESSURE, **PULSE, Vital.BODY_WEIGHT: VitalDistribution(80, 12, 0.7)}, (7.0,)),
    "hypertension": Habit(PRESSURE, (7.0, 7.1, 19.0, 19.1), every_days=2, mark=Flag.IRREGULAR_PULSE.code),
}


def draw(programme: str, patients: int, days: int, seed: int) -> Series:
    """The readings of `patients` over `days`; the same seed draws the same ones."""
    habit, chance = HABITS[programme], np.random.default_rng(seed)
    morning = np.arange(0, days, habit.every_days)[:, np.newaxis] * DAY
    hours = (morning + np.array(habit.hours) * HOUR).ravel()
    late = chance.uniform(0, HOUR / 20, (patients, hours.size))
    times: Floats = (hours + late).ravel()
    return Series(
        times=times,
        vitals={
            vital.code: _values(vital, measured, (patients, hours.size), chance)
            for vital, measured in habit.vitals.items()
        },
        starts=np.arange(patients + 1, dtype=np.int64) * hours.size,
        marks={habit.mark: chance.random(times.size) < MARKED} if habit.mark else {},
        local_times=times + EAST_HOURS * HOUR,
    )


def _values(
    vital: Vital, measured: VitalDistribution, shape: tuple[int, int], chance: np.random.Generator
) -> Floats:
    levels = chance.normal(measured.mean, measured.between, (shape[0], 1))
    values = np.round(levels + chance.normal(0.0, measured.within, shape), 1)
    return np.clip(values, vital.low, vital.high).ravel()
