"""A body: blood pressure, weight and blood sugar at a time, by its own level and the course of the day."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from random import Random

from simulators.devices.values import BloodPressure, Glucose, Meal, Weight


@dataclass(frozen=True)
class DailyVariation:
    """How a value swings over the day (share of its level) and scatters (standard deviation)."""

    swing: float
    peak_hour: float
    scatter: float
    source: str


@dataclass(frozen=True)
class MealRise:
    """What a meal does to the blood sugar (mg/dL), and after how many hours it is highest and over."""

    rise: float
    peak_hours: float
    over_hours: float
    source: str


PRESSURE = DailyVariation(
    swing=0.07,
    peak_hour=15.0,
    scatter=3.0,
    source="night-time dip of 10 to 20 %: O'Brien et al., European Society of Hypertension position paper on"
    " ambulatory blood pressure monitoring, J Hypertens 2013;31:1731",
)
WEIGHT = DailyVariation(
    swing=0.003,
    peak_hour=20.0,
    scatter=0.12,
    source="ours: smaller than in real homes (0.5 to 0.9 kg from day to day), so that a story stands out",
)
GLUCOSE = DailyVariation(
    swing=0.0,
    peak_hour=0.0,
    scatter=6.0,
    source="ISO 15197:2013, 6.3.3: 95 % of a meter's results within 15 mg/dL (below 100 mg/dL)",
)
MEAL = MealRise(
    rise=45.0,
    peak_hours=1.0,
    over_hours=2.0,
    source="American Diabetes Association, Postprandial blood glucose, Diabetes Care 2001;24:775;"
    " the rise is ours",
)
MEALS = (7.5, 12.5, 18.5)  # hours of the day
WIDEST_SCATTER = 2.0  # standard deviations: what lies further out belongs to a story


@dataclass(frozen=True)
class Body:
    """A person's own levels: mmHg, beats per minute, kg (dry, without excess fluid), mg/dL fasting."""

    seed: int
    systolic: float
    diastolic: float
    pulse: float
    dry_weight: float
    fasting_glucose: float

    @classmethod
    def of(cls, seed: int) -> Body:
        chance = Random(seed)
        return cls(
            seed,
            systolic=chance.uniform(122, 132),
            diastolic=chance.uniform(74, 82),
            pulse=chance.uniform(62, 78),
            dry_weight=chance.uniform(64, 92),
            fasting_glucose=chance.uniform(98, 118),
        )

    def blood_pressure(self, at: datetime) -> BloodPressure:
        """`at` is aware, in the person's own zone, here as below."""
        swing = 1 + _swing(PRESSURE, at)
        return BloodPressure(
            systolic=round(self.systolic * swing + self._scatter("systolic", at, PRESSURE.scatter)),
            diastolic=round(self.diastolic * swing + self._scatter("diastolic", at, PRESSURE.scatter)),
            pulse=round(self.pulse + self._scatter("pulse", at, PRESSURE.scatter)),
        )

    def weight(self, at: datetime, fluid_kg: float = 0.0) -> Weight:
        kg = self.dry_weight * (1 + _swing(WEIGHT, at)) + self._scatter("weight", at, WEIGHT.scatter)
        return Weight(kg=round(kg + fluid_kg, 1))

    def glucose(self, at: datetime) -> Glucose:
        hour = _hour(at)
        since_meal = min((hour - meal) % 24 for meal in MEALS)
        level = self.fasting_glucose + MEAL.rise * _meal_rise(since_meal)
        return Glucose(
            mg_dl=round(level + self._scatter("glucose", at, GLUCOSE.scatter)), meal=_meal(hour, since_meal)
        )

    def _scatter(self, what: str, at: datetime, deviation: float) -> float:
        drawn = Random(f"{self.seed}/{what}/{at.timestamp()}").gauss(0, 1)
        return deviation * max(-WIDEST_SCATTER, min(WIDEST_SCATTER, drawn))


def _hour(at: datetime) -> float:
    return at.hour + at.minute / 60 + at.second / 3600


def _swing(course: DailyVariation, at: datetime) -> float:
    return course.swing * math.cos((_hour(at) - course.peak_hour) / 24 * math.tau)


def _meal_rise(hours: float) -> float:
    """0 at the meal, 1 at its peak, then falling off."""
    scaled = hours / MEAL.peak_hours
    return scaled * math.exp(1 - scaled)


def _meal(hour: float, since_meal: float) -> Meal:
    if since_meal < MEAL.over_hours:
        return Meal.POSTPRANDIAL
    if hour < MEALS[0]:
        return Meal.FASTING
    return Meal.BEDTIME if hour > MEALS[-1] else Meal.PREPRANDIAL
