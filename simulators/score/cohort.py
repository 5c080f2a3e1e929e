"""Rules on simulated cohorts of patients with heart failure: what they find in time, and what for nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from simulators.cohorts.heart_failure import FIRST, RECOVERED, Cohort, Marks
from simulators.score.candidates import KINDS, at
from simulators.score.rules_of_thumb import by_rule_of_thumb

Rule = Callable[[Cohort], Marks]
"""Says on which days (patients, days) it raises."""
OPEN_DAYS = 3
"""For so long a routine task stays open, and further raises join it."""
DAYS = 100
"""False interruptions are told for so many patient-days."""


@dataclass(frozen=True)
class CohortScore:
    """What a rule does on one cohort."""

    sensitivity: float  # share of decompensations with an interruption before the admission
    lead_days: float  # the median from the first of these to the admission
    false_calls: float  # interruptions in 100 patient-days without a decompensation


Homes = Mapping[str, Sequence[Cohort]]
"""Cohorts by the generator that drew them."""
Scores = Mapping[str, Sequence[CohortScore]]


def score(calls: Marks, cohort: Cohort) -> CohortScore:
    """What interruptions on these days (patients, days) come to."""
    peace = np.ones(calls.shape, dtype=bool)
    peace[:, :FIRST] = False
    leads = []
    for who, onset, admitted in zip(cohort.who, cohort.onset, cohort.admitted, strict=True):
        peace[who, onset : admitted + RECOVERED] = False
        found = np.flatnonzero(calls[who, onset:admitted])
        if found.size:
            leads.append(admitted - onset - found[0])
    return CohortScore(
        sensitivity=len(leads) / cohort.who.size,
        lead_days=float(np.median(leads)) if leads else np.nan,
        false_calls=DAYS * float(calls[peace].sum() / peace.sum()),
    )


def interruptions(raises: Marks) -> Marks:
    """Which raises call somebody: those that find no open task."""
    calls = np.zeros(raises.shape, dtype=bool)
    last = np.full(raises.shape[0], -OPEN_DAYS)
    for day in range(raises.shape[1]):
        new = raises[:, day] & (day - last >= OPEN_DAYS)
        calls[new, day] = True
        last[new] = day
    return calls


@dataclass(frozen=True)
class Range:
    """Over generators and seeds."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, numbers: Iterable[float]) -> Range:
        known = [number for number in numbers if not np.isnan(number)]
        return cls(float(np.mean(known)), min(known), max(known))


@dataclass(frozen=True)
class RuleScore:
    """A rule on cohorts that it was not tuned on. `limit` is one for all homes; the rules of thumb have none.

    `of_thumb` are its false interruptions as a share of those of the rules of thumb; `of_thumb_by_home` the
    same where each kind of home has a limit of its own.
    """

    name: str
    limit: float | None
    sensitivity: Range
    lead_days: Range
    false_calls: Range
    of_thumb: float
    of_thumb_by_home: Range | None = None

    @classmethod
    def of(cls, name: str, scores: Sequence[CohortScore], thumb: Sequence[CohortScore]) -> RuleScore:
        false = Range.of(each.false_calls for each in scores)
        return cls(
            name=name,
            limit=None,
            sensitivity=Range.of(each.sensitivity for each in scores),
            lead_days=Range.of(each.lead_days for each in scores),
            false_calls=false,
            of_thumb=false.mean / Range.of(each.false_calls for each in thumb).mean,
        )


def compare(tuned_on: Homes, judged_on: Homes) -> Iterator[RuleScore]:
    """The rules of thumb, then each kind at the widest limit that finds as many in what it is tuned on."""
    wanted, thumb = _scores(_thumb, tuned_on), _scores(_thumb, judged_on)
    yield RuleScore.of("rules of thumb", _all(thumb), _all(thumb))
    for name, (kind, limits) in KINDS.items():
        tuned = {limit: _scores(at(kind, limit), tuned_on) for limit in limits}
        limit = _widest({limit: _all(scores) for limit, scores in tuned.items()}, _all(wanted))
        whole = RuleScore.of(name, _all(_scores(at(kind, limit), judged_on)), _all(thumb))
        shares = []
        for home, cohorts in judged_on.items():
            own = _widest({limit: scores[home] for limit, scores in tuned.items()}, wanted[home])
            [scores] = _scores(at(kind, own), {home: cohorts}).values()
            shares.append(RuleScore.of(name, scores, thumb[home]).of_thumb)
        yield replace(whole, limit=limit, of_thumb_by_home=Range.of(shares))


def _thumb(cohort: Cohort) -> Marks:
    return by_rule_of_thumb(cohort.weights)


def _scores(rule: Rule, homes: Homes) -> Scores:
    return {
        home: [score(interruptions(rule(cohort)), cohort) for cohort in cohorts]
        for home, cohorts in homes.items()
    }


def _all(scores: Scores) -> list[CohortScore]:
    return [each for of_home in scores.values() for each in of_home]


def _widest(by_limit: Mapping[float, Sequence[CohortScore]], wanted: Sequence[CohortScore]) -> float:
    """The widest limit that finds as many as is wanted; the strictest, where none does."""
    least = Range.of(each.sensitivity for each in wanted).mean
    good = [
        limit
        for limit, scores in by_limit.items()
        if Range.of(each.sensitivity for each in scores).mean >= least
    ]
    return max(good, default=min(by_limit))
