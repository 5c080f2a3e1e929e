"""A rule's answers to a series, of which only some readings may count."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from alerting.kinds.average import Average
from alerting.kinds.combination import Combination
from alerting.kinds.control_charts import Cusum, Ewma
from alerting.kinds.crossing import Crossing
from alerting.kinds.kind import RuleKind
from alerting.kinds.silence import Silence
from alerting.kinds.slope import Slope
from alerting.kinds.target import OffTarget
from alerting.kinds.variability import Variability
from alerting.rules import Rule
from alerting.series import STRANGE, Series
from alerting.verdict import Outcome, Outcomes, Verdict
from alerting.windows import Bools, Floats, Indices


class SeriesPart(NamedTuple):
    """Some readings of a series, and where (m,) they stand in it."""

    series: Series
    indices: Indices


@dataclass(frozen=True, eq=False)
class RuleOutcomes:
    """The `outcomes` (n,) of a rule at the readings of a series.

    `counted` are the readings that count. `sound` are those that are judged without what their devices doubt
    themselves: they stand beside such a reading of the same patient.
    """

    rule: Rule
    outcomes: Outcomes
    counted: SeriesPart
    sound: SeriesPart

    @classmethod
    def of(cls, rule: Rule, series: Series, counted_from: Floats) -> RuleOutcomes:
        """Judge the readings after `counted_from` (patients,), seconds since 1970; the others are no data.

        What its device doubts, and what may be somebody else's, may raise, and does nothing else; only a
        silence ends with it. A weight that may be somebody else's is part of no average.
        """
        counted = _counted(series, counted_from)
        outcomes = np.full(series.times.size, Outcome.NO_DATA, dtype=np.int8)
        outcomes[counted.indices] = rule.kind.outcomes(counted.series)
        sound = SeriesPart(*counted.series.only(_beside_doubt(rule, counted.series)))
        if sound.indices.size:
            outcomes[counted.indices[sound.indices]] = rule.kind.outcomes(sound.series)
        if not isinstance(rule.kind, Silence):
            outcomes[series.in_doubt & (outcomes != Outcome.RAISE)] = Outcome.NO_DATA
        if _averages(rule.kind):
            outcomes[series.mark(STRANGE)] = Outcome.NO_DATA
        return cls(rule, outcomes, counted, SeriesPart(sound.series, counted.indices[sound.indices]))

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
        series, indices = self.sound if np.isin(index, self.sound.indices) else self.counted
        place = int(np.searchsorted(indices, index))
        verdict = self.rule.kind.explain(series, place, Outcome.RAISE)
        return replace(verdict, evidence=tuple(int(indices[each]) for each in verdict.evidence))


def _averages(kind: RuleKind) -> bool:
    if isinstance(kind, Combination):
        return any(map(_averages, kind.parts))
    return isinstance(kind, Average | Crossing | Cusum | Ewma | OffTarget | Slope | Variability)


def _counted(series: Series, counted_from: Floats) -> SeriesPart:
    if np.all(np.isneginf(counted_from)):  # of most
        return SeriesPart(series, np.arange(series.times.size, dtype=np.int64))
    return SeriesPart(*series.only(series.times > counted_from[series.patients]))


def _beside_doubt(rule: Rule, series: Series) -> Bools:
    """The sound readings (n,) of patients who have a doubtful one too: few."""
    if isinstance(rule.kind, Silence) or not series.in_doubt.any():
        return np.zeros(series.times.size, dtype=bool)
    touched = np.zeros(series.starts.size - 1, dtype=bool)
    touched[series.patients[series.in_doubt]] = True
    return touched[series.patients] & ~series.in_doubt
