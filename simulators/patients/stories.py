"""Stories: what befalls a patient before the devices are first read, and live, measurement by measurement.

A story's live part counts measurements, not hours: a demonstration shows days in minutes. It ends in quiet
routine and comes again after `CHAPTER` measurements.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random

from simulators.devices.values import DeviceKind, Glucose, Meal, Values
from simulators.patients.body import Body

CHAPTER = 60
ROUTINE = (DeviceKind.CUFF, DeviceKind.SCALE, DeviceKind.GLUCOMETER)
DAILY = (
    (time(7, 0), DeviceKind.SCALE),
    (time(7, 10), DeviceKind.CUFF),
    (time(7, 20), DeviceKind.GLUCOMETER),
    (time(12, 20), DeviceKind.GLUCOMETER),
    (time(18, 20), DeviceKind.GLUCOMETER),
    (time(19, 40), DeviceKind.CUFF),
)
LATENESS = timedelta(minutes=9)

CRISIS_MMHG = (196, 128)  # above 180/120, ACC/AHA 2017 guideline, section 11.2: hypertensive crisis
AFTERMATH_MMHG = (168, 102)
LOW_MG_DL = 46  # below 54, ADA Standards of Care, section 6: level 2 hypoglycaemia
RECOVERING_MG_DL = 88
GAIN_KG = 2.6  # above 2 kg in 3 days, ESC heart failure guideline 2021, self-care advice
GAIN_BEGINS = timedelta(hours=46)  # before the first live measurement: within 3 days whatever the hour


class Story(StrEnum):
    """What befalls the patient."""

    STEADY = "steady"
    HYPERTENSIVE_CRISIS = "hypertensive-crisis"
    HYPOGLYCAEMIA = "hypoglycaemia"
    WEIGHT_GAIN = "weight-gain"


@dataclass(frozen=True)
class Event:
    """A measurement that somebody takes at the aware time `at`."""

    at: datetime
    values: Values


# Which device the patient takes, at the places of a chapter that are not routine.
_TURNS: Mapping[Story, Mapping[int, DeviceKind]] = {
    Story.STEADY: {},
    Story.HYPERTENSIVE_CRISIS: {0: DeviceKind.CUFF, 1: DeviceKind.CUFF, 4: DeviceKind.CUFF},
    Story.HYPOGLYCAEMIA: {0: DeviceKind.GLUCOMETER, 1: DeviceKind.GLUCOMETER, 2: DeviceKind.GLUCOMETER},
    Story.WEIGHT_GAIN: {1: DeviceKind.SCALE},
}


@dataclass(frozen=True)
class Patient:
    """A body and its story, which began to be seen (the first live measurement) at the aware time `began`."""

    body: Body
    story: Story
    began: datetime

    def history(self, days: int) -> Iterator[Event]:
        """What was measured in the `days` before the story began, oldest first."""
        since = self.began - timedelta(days=days)
        for day in range(days, -1, -1):
            today = (self.began - timedelta(days=day)).date()
            for planned, kind in DAILY:
                at = datetime.combine(today, planned, self.began.tzinfo) + self._lateness(today)
                if since <= at < self.began:
                    yield Event(at, self._routine(kind, at))

    def live(self, place: int, at: datetime) -> Event:
        """The live measurement number `place` (from 0), taken at `at`."""
        within = place % CHAPTER
        kind = _TURNS[self.story].get(within, ROUTINE[place % len(ROUTINE)])
        return Event(at, self._from_story(within, at) or self._routine(kind, at))

    def _from_story(self, within: int, at: datetime) -> Values | None:
        """What the story says is measured here, if it says anything."""
        match self.story, within:
            case Story.HYPERTENSIVE_CRISIS, 1:
                return self._pressure(CRISIS_MMHG, at)
            case Story.HYPERTENSIVE_CRISIS, 4:
                return self._pressure(AFTERMATH_MMHG, at)
            case Story.HYPOGLYCAEMIA, 1:
                return Glucose(LOW_MG_DL, Meal.CASUAL)
            case Story.HYPOGLYCAEMIA, 2:
                return Glucose(RECOVERING_MG_DL, Meal.CASUAL)
            case _:
                return None

    def _routine(self, kind: DeviceKind, at: datetime) -> Values:
        match kind:
            case DeviceKind.CUFF:
                return self.body.blood_pressure(at)
            case DeviceKind.SCALE:
                return self.body.weight(at, self._fluid(at))
            case DeviceKind.GLUCOMETER:
                return self.body.glucose(at)

    def _pressure(self, level: tuple[int, int], at: datetime) -> Values:
        return replace(self.body.blood_pressure(at), systolic=level[0], diastolic=level[1])

    def _fluid(self, at: datetime) -> float:
        """Excess fluid in kg: in the story of the gain it comes within two days, and stays."""
        if self.story is not Story.WEIGHT_GAIN:
            return 0.0
        return GAIN_KG * min(1.0, max(0.0, 1 + (at - self.began) / GAIN_BEGINS))

    def _lateness(self, day: date) -> timedelta:
        return LATENESS * Random(f"{self.body.seed}/{day.isoformat()}").random()
