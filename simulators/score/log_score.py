"""What people heard of patients with diabetes: what was left untold, and how often somebody was called.

It counts by plain loops and knows nothing of how rules are judged: it hears interruptions and no more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import quantiles
from zoneinfo import ZoneInfo

from alerting.rules import Priority
from simulators.replay.uci import ZONE

HOUR = timedelta(hours=1)
NOTIFIED_WITHIN = 8 * HOUR  # an interruption so long before a value is about it too, however slow the team
AGAIN = 12 * HOUR  # two values above 300 within it are a severe high
SILENT = timedelta(days=2)  # a day's measurement and a day of grace, as in the shipped set
LOW, SEVERE_HIGH = "hypoglycaemia", "hyperglycaemia"
ABOUT_LOWS = "hypoglycaemia"  # in the name of every condition that is about lows

# mg/dL. ADA Standards of Care in Diabetes 2025, section 6: levels of lows and highs, and what is aimed at.
LEVEL_1, LEVEL_2, HIGH = 70, 54, 250
NORMAL = (70, 180)
SEVERE, SEVERE_TWICE = 400, 300  # far above; two of the lower one show that it lasts


@dataclass(frozen=True)
class TeamCall:
    """An interruption, as people hear it."""

    at: datetime
    condition: str
    priority: Priority


@dataclass(frozen=True)
class ScoredPatient:
    """A log in order: values (infinite beyond the meter's range), symptoms, and what people heard."""

    name: str
    values: Sequence[tuple[datetime, float]]
    symptoms: Sequence[datetime]
    calls: Sequence[TeamCall]

    @property
    def observed_days(self) -> int:
        """Days on which there is a value."""
        return len({at.astimezone(ZoneInfo(ZONE)).date() for at, _ in self.values})

    @property
    def lows(self) -> list[datetime]:
        return [at for at, value in self.values if value < LEVEL_2]

    @property
    def highs(self) -> list[datetime]:
        """Severe highs, at the value that makes them one."""
        above = [at for at, value in self.values if value > SEVERE_TWICE]
        twice = {at for before, at in pairwise(above) if at - before <= AGAIN}
        return [at for at, value in self.values if value > SEVERE or at in twice]

    @property
    def breaches(self) -> int:
        return sum(value < LEVEL_1 or value > HIGH for _, value in self.values)

    @property
    def low_symptoms(self) -> list[datetime]:
        """Symptoms with a low value within an hour."""
        lows = [at for at, value in self.values if value < LEVEL_1]
        return [at for at in self.symptoms if any(abs(at - low) <= HOUR for low in lows)]

    @property
    def normal(self) -> list[datetime]:
        return [at for at, value in self.values if NORMAL[0] <= value <= NORMAL[1]]

    @property
    def silences(self) -> int:
        """How often no value came for two days: tasks of their own, told by the clock."""
        return sum(after - before > SILENT for (before, _), (after, _) in pairwise(self.values))

    def untold(self, condition: str, dangers: Sequence[datetime]) -> int:
        """Dangers without an urgent call of their condition at them or in the hours before."""
        notified = [
            each.at for each in self.calls if each.condition == condition and each.priority is Priority.URGENT
        ]
        return sum(not any(at - NOTIFIED_WITHIN <= each <= at for each in notified) for at in dangers)

    @property
    def floor(self) -> int:
        """So many urgent calls there must be if no danger is to stay untold."""
        return fewest(self.lows) + fewest(self.highs)

    def about_lows(self, moments: Sequence[datetime]) -> int:
        """How many moments have a call about a low from 8 hours before to an hour after."""
        notified = [each.at for each in self.calls if ABOUT_LOWS in each.condition]
        return sum(any(at - NOTIFIED_WITHIN <= each <= at + HOUR for each in notified) for at in moments)

    def called(self, priority: Priority) -> int:
        return sum(each.priority is priority for each in self.calls)


def fewest(dangers: Sequence[datetime]) -> int:
    """The fewest calls that leave none of these dangers, in order, without one in the hours before."""
    count, last = 0, datetime.min.replace(tzinfo=UTC)
    for at in dangers:
        if at - last > NOTIFIED_WITHIN:
            count, last = count + 1, at
    return count


@dataclass(frozen=True)
class LogScore:
    """What the logs of some patients give; shares from 0 to 1.

    `floor_a_breach` is what people must be told anyway: `excess_a_day` is what they hear beyond it.
    """

    patients: int
    observed_days: int
    lows: int
    untold_lows: int
    severe_highs: int
    untold_severe_highs: int
    breaches: int
    calls_a_breach: float
    floor_a_breach: float
    excess_a_day: float
    symptoms: int
    symptoms_told: float
    symptoms_above_chance: float
    urgent_a_day: float
    routine_a_day: float
    worst_a_day: float  # all calls of the 95th-percentile patient
    silences_a_day: float

    @classmethod
    def of(cls, patients: Sequence[ScoredPatient]) -> LogScore:
        days = sum(each.observed_days for each in patients)
        calls = sum(len(each.calls) for each in patients)
        breaches = sum(each.breaches for each in patients)
        floor = sum(each.floor for each in patients)
        symptoms = sum(len(each.low_symptoms) for each in patients)
        notified = sum(each.about_lows(each.low_symptoms) for each in patients)
        by_chance = sum(
            len(each.low_symptoms) * each.about_lows(each.normal) / len(each.normal)
            for each in patients
            if each.normal
        )
        return cls(
            patients=len(patients),
            observed_days=days,
            lows=sum(len(each.lows) for each in patients),
            untold_lows=sum(each.untold(LOW, each.lows) for each in patients),
            severe_highs=sum(len(each.highs) for each in patients),
            untold_severe_highs=sum(each.untold(SEVERE_HIGH, each.highs) for each in patients),
            breaches=breaches,
            calls_a_breach=_share(calls, breaches),
            floor_a_breach=_share(floor, breaches),
            excess_a_day=_share(calls - floor, days),
            symptoms=symptoms,
            symptoms_told=_share(notified, symptoms),
            symptoms_above_chance=_share(notified - by_chance, symptoms),
            urgent_a_day=_share(sum(each.called(Priority.URGENT) for each in patients), days),
            routine_a_day=_share(sum(each.called(Priority.ROUTINE) for each in patients), days),
            worst_a_day=quantiles([_share(len(each.calls), each.observed_days) for each in patients], n=20)[
                -1
            ],
            silences_a_day=_share(sum(each.silences for each in patients), days),
        )


def _share(part: float, whole: float) -> float:
    """Not a number where there is nothing to share."""
    return part / whole if whole else math.nan
