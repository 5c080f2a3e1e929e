"""Rules on simulated patients with heart failure: what they find in time, by chance, and what for nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simulators.cohorts.heart_failure import FIRST, RECOVERED, Cohort, Kilograms, Marks
from simulators.score.rules_of_thumb import by_rule_of_thumb, in_a_week

OPEN_DAYS = 3
"""For so long a routine task stays open, and further raises join it."""
DAYS = 100
"""False calls are told for so many patient-days."""


@dataclass(frozen=True, eq=False)
class CallDays:
    """On which days (patients, days) somebody is called, and on which of them because of fluid."""

    calls: Marks
    about_fluid: Marks


Rule = Callable[[Cohort], CallDays]
"""Says when it calls."""


@dataclass(frozen=True)
class CohortScore:
    """What a rule does on one cohort; shares from 0 to 1.

    A decompensation is `found` by a call about fluid from its first day to the one before the admission. It
    is found `by_chance` where there is such a call on the same days of the same patients if no fluid gathers.
    """

    found: float
    by_chance: float
    lead_days: float  # the median from the first of these calls to the admission
    false_calls: float  # calls, whatever about, in DAYS patient-days without a decompensation

    @property
    def above_chance(self) -> float:
        return self.found - self.by_chance


Scores = Mapping[str, Sequence[CohortScore]]
"""By home, a score for each cohort."""


def score(rule: Rule, cohort: Cohort) -> CohortScore:
    """What the rule does."""
    days = rule(cohort)
    leads = _leads(days.about_fluid, cohort)
    return CohortScore(
        found=len(leads) / cohort.who.size,
        by_chance=len(_leads(rule(cohort.unharmed).about_fluid, cohort)) / cohort.who.size,
        lead_days=float(np.median(leads)) if leads else np.nan,
        false_calls=DAYS * float(days.calls[_peace(cohort)].mean()),
    )


def score_homes(rule: Rule, homes: Mapping[str, Sequence[Cohort]]) -> Scores:
    """The rule on the cohorts of each home."""
    return {home: [score(rule, cohort) for cohort in cohorts] for home, cohorts in homes.items()}


def mean(scores: Scores, number: Callable[[CohortScore], float]) -> float:
    """Over homes and cohorts, each as much as any other."""
    return Range.of(number(each) for of_home in scores.values() for each in of_home).mean


@dataclass(frozen=True)
class Range:
    """Over homes and seeds."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, numbers: Iterable[float]) -> Range:
        """What is no number is left out."""
        known = [number for number in numbers if not np.isnan(number)] or [np.nan]
        return cls(float(np.mean(known)), min(known), max(known))


def thumb(cohort: Cohort) -> CallDays:
    """The rules of thumb."""
    return _marked(by_rule_of_thumb, cohort)


def week_alone(cohort: Cohort) -> CallDays:
    """The rule of thumb about a week, without the one about a day."""
    return _marked(in_a_week, cohort)


def interruptions(raises: Marks) -> Marks:
    """Which raises call somebody: those that find no open task."""
    calls = np.zeros(raises.shape, dtype=bool)
    last = np.full(raises.shape[0], -OPEN_DAYS)
    for day in range(raises.shape[1]):
        new = raises[:, day] & (day - last >= OPEN_DAYS)
        calls[new, day] = True
        last[new] = day
    return calls


def _marked(by_weights: Callable[[Kilograms], Marks], cohort: Cohort) -> CallDays:
    calls = interruptions(by_weights(cohort.weights))
    return CallDays(calls, about_fluid=calls)


def _leads(about_fluid: Marks, cohort: Cohort) -> list[int]:
    """How many days before the admission each decompensation that is found is found."""
    found = [
        (admitted - onset, np.flatnonzero(about_fluid[who, onset:admitted]))
        for who, onset, admitted in zip(cohort.who, cohort.onset, cohort.admitted, strict=True)
    ]
    return [int(length - days[0]) for length, days in found if days.size]


def _peace(cohort: Cohort) -> Marks:
    """On which days (patients, days) a call is for nothing."""
    peace = np.ones(cohort.weights.shape, dtype=bool)
    peace[:, :FIRST] = False
    for who, onset, admitted in zip(cohort.who, cohort.onset, cohort.admitted, strict=True):
        peace[who, onset : admitted + RECOVERED] = False
    return peace
