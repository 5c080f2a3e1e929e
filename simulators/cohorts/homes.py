"""Homes in which patients with heart failure weigh themselves: what moves a weight, and who says so.

How well a rule does depends on how calm the scale is, on what else moves the weight, on when people stand on
it, and on how many decompensations show on it at all. So there are many homes instead of one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum


@dataclass(frozen=True)
class Source:
    """Who says so, and what of it is ours."""

    text: str
    reviewed: date


REVIEWED = date(2026, 11, 30)


@dataclass(frozen=True)
class Physiology:
    """How a decompensation shows on the scale, where it shows."""

    gain_kg: tuple[float, float]
    days: tuple[int, int]  # from the first fluid to the admission
    bend: float  # how late in that time the gain comes; 1 is a straight line
    drift_kg: float  # standard deviation of what the dry weight itself changes in a day
    source: Source


PHYSIOLOGY = Physiology(
    gain_kg=(1.5, 5.0),
    days=(6, 16),
    bend=1.3,
    drift_kg=0.03,
    source=Source(
        "Chaudhry et al., Circulation 2007;116:1549: weight begins to rise a week or more before an"
        " admission, most steeply in its last days; the numbers are ours",
        REVIEWED,
    ),
)


@dataclass(frozen=True)
class Doses:
    """Changes of the dose of a diuretic: a step of the weight that is no decompensation."""

    a_day: float
    raised: float  # share of changes to more, after which the weight falls
    step_kg: tuple[float, float]
    settling_days: float  # time constant
    source: Source


DOSES = Doses(
    a_day=1 / 90,
    raised=0.66,
    step_kg=(0.5, 2.0),
    settling_days=2.0,
    source=Source(
        "Kapelios et al., Eur J Heart Fail 2020 (ESC-EORP Heart Failure Long-Term Registry): of 8130"
        " outpatients 16 % had their loop diuretic raised, 8.3 % lowered; how often in half a year, and the"
        " steps, are ours",
        REVIEWED,
    ),
)


@dataclass(frozen=True)
class Clothes:
    """What is worn: more in winter, and more in a cold spell."""

    swing_kg: float  # from summer to winter
    spells_kg: float  # standard deviation of a day about the season
    carried: float  # of a day to the next
    source: Source


CLOTHES = Clothes(
    swing_kg=0.6,
    spells_kg=0.3,
    carried=0.8,
    source=Source(
        "Whigham et al., Int J Obes 2013;37:160: the same person's clothes scatter by 0.3 kg, and from the"
        " coldest to the warmest day by 0.4 (women) to 0.6 kg (men); how long a spell lasts is ours",
        REVIEWED,
    ),
)


@dataclass(frozen=True)
class SecondPerson:
    """Somebody else of the home who stands on the patient's scale."""

    share: float  # of weights
    apart_kg: tuple[float, float]  # heavier or lighter by so much
    noise_kg: float
    source: Source


SECOND_PERSON = SecondPerson(
    share=0.03,
    apart_kg=(2.0, 30.0),
    noise_kg=0.7,
    source=Source("Ours: one weight a month, by anybody of the household", REVIEWED),
)


@dataclass(frozen=True)
class Adherence:
    """Days on which nobody stands on the scale."""

    missing_share: float  # share of mornings, one by one
    after_admission: float  # the share that is left of weights in the two weeks after coming home
    gap_a_day: float  # with which a run of days begins, where there are runs
    gap_days: tuple[int, int]
    source: Source


ADHERENCE = Adherence(
    missing_share=0.12,
    after_admission=0.81,
    gap_a_day=1 / 45,
    gap_days=(3, 14),
    source=Source(
        "Haynes et al., J Cardiovasc Nurs (BEAT-HF trial, adherence after events): a fifth less in the two"
        " weeks after a hospital stay; Ding et al., J Med Internet Res 2020;22:e17559: 74 % weigh on four"
        " days a week or more; the rest is ours",
        REVIEWED,
    ),
)


class WeighingHabit(Enum):
    """On which `days` of how many (`of_days`) people stand on the scale."""

    DAILY = (0,), 1
    EVERY_THIRD_DAY = (0,), 3
    TWICE_A_WEEK = (0, 3), 7

    def __init__(self, days: tuple[int, ...], of_days: int) -> None:
        self.days = days
        self.of_days = of_days


@dataclass(frozen=True)
class WeighingHome:
    """`noise_kg` is the scatter (standard deviation) of a morning about the patient's own level.

    `gaining` is the share of decompensations that gain weight at all, `carried` how much of the scatter is
    still there on the next day, and `tail` its degrees of freedom (Student's t, scaled to `noise_kg`): few of
    them mean shoes, full bladders and wrong floors. `minutes` is the scatter of the time of day.
    """

    noise_kg: float
    gaining: float
    carried: float = 0.0
    tail: float = math.inf
    minutes: float = 30.0
    habit: WeighingHabit = WeighingHabit.DAILY
    doses: Doses | None = None
    clothes: Clothes | None = None
    second_person: SecondPerson | None = None
    has_gaps: bool = False

    @property
    def is_sparse(self) -> bool:
        """Whether people do not weigh themselves daily."""
        return self.habit is not WeighingHabit.DAILY


CALM, USUAL, RESTLESS = WeighingHome(0.5, 1.0), WeighingHome(0.7, 0.8), WeighingHome(0.9, 1.0)
FEW, FEWEST = 0.6, 0.3
FEWEST_SOURCE = Source(
    "Zhang et al., Eur J Heart Fail 2009;11:420 (TEN-HMS): in the two weeks before an admission weights rose"
    " by 0.9 kg on average (standard deviation 2.1 kg), and many did not rise; the other shares are ours",
    REVIEWED,
)


def everyday(home: WeighingHome) -> WeighingHome:
    """The home with all that moves a weight, and gaps in runs."""
    return replace(home, doses=DOSES, clothes=CLOTHES, second_person=SECOND_PERSON, has_gaps=True)


HOMES: Mapping[str, WeighingHome] = {
    "calm": CALM,
    "calm, few gain": replace(CALM, gaining=FEW),
    "usual": USUAL,
    "usual, carried over": replace(USUAL, carried=0.5),
    "usual, with slips": replace(USUAL, tail=3.0),
    "restless": RESTLESS,
    "restless, few gain": replace(RESTLESS, gaining=FEW),
    "to the minute": replace(USUAL, minutes=0.0),
    "at any hour of the morning": replace(USUAL, minutes=120.0),
    "changes of dose": replace(USUAL, doses=DOSES),
    "clothes by season": replace(USUAL, clothes=CLOTHES),
    "second person": replace(USUAL, second_person=SECOND_PERSON),
    "gaps in runs": replace(USUAL, has_gaps=True),
    "everyday life, calm": everyday(CALM),
    "everyday life, usual": everyday(USUAL),
    "everyday life, restless": everyday(RESTLESS),
    "everyday life, fewest gain": everyday(replace(USUAL, gaining=FEWEST)),
    "every third day, calm": replace(CALM, habit=WeighingHabit.EVERY_THIRD_DAY),
    "every third day": everyday(replace(USUAL, habit=WeighingHabit.EVERY_THIRD_DAY)),
    "twice a week, calm": replace(CALM, habit=WeighingHabit.TWICE_A_WEEK),
    "twice a week": everyday(replace(USUAL, habit=WeighingHabit.TWICE_A_WEEK)),
}
