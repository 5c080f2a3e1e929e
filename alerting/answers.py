"""A rule's answers to a series, of which only some readings may count."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from alerting.rules import Rule
from alerting.series import Series
from alerting.verdict import Outcome, Outcomes, Verdict
from alerting.windows import Floats, Indices


@dataclass(frozen=True, eq=False)
class Answers:
    """The `outcomes` (n,) of a rule at the readings of a series.

    `part` are the readings that count, `indices` (m,) where they stand in the series.
    """

    rule: Rule
    outcomes: Outcomes
    part: Series
    indices: Indices

    @classmethod
    def of(cls, rule: Rule, series: Series, counted_from: Floats) -> Answers:
        """Judge the readings after `counted_from` (patients,), seconds since 1970; the others are no data."""
        if np.all(np.isneginf(counted_from)):
            everything = np.arange(series.times.size, dtype=np.int64)
            return cls(rule, rule.kind.outcomes(series), series, everything)
        part, indices = series.after(counted_from)
        outcomes = np.full(series.times.size, Outcome.NO_DATA, dtype=np.int8)
        outcomes[indices] = rule.kind.outcomes(part)
        return cls(rule, outcomes, part, indices)

    def raises_within(self, start: int, end: int) -> bool:
        """Whether any of the readings `start:end` raises."""
        place = bisect_left(self._raises, start)
        return place < len(self._raises) and self._raises[place] < end

    @cached_property
    def _raises(self) -> list[int]:
        raises: list[int] = np.flatnonzero(self.outcomes == Outcome.RAISE).tolist()
        return raises

    def explain(self, index: int) -> Verdict:
        """Why a reading raises; the evidence as indices in the whole series."""
        place = int(np.searchsorted(self.indices, index))
        verdict = self.rule.kind.explain(self.part, place, Outcome.RAISE)
        return replace(verdict, evidence=tuple(int(self.indices[each]) for each in verdict.evidence))
