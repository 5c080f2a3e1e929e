"""A value beyond a limit. Between the limit and where it clears, what held before holds on (hysteresis)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from alerting.kinds.bound import Limit
from alerting.kinds.kind import sentence_case
from alerting.kinds.span import ONCE, Span
from alerting.series import Series
from alerting.verdict import Outcome, Outcomes, Verdict
from alerting.windows import Bools


@dataclass(frozen=True)
class Threshold:
    """Raises where any limit is broken, clears where all measured ones are clear.

    With `repeats`, only a breach that makes so many in the span `within` raises; one before that keeps what
    held.
    """

    limits: tuple[Limit, ...]
    repeats: int = 1
    within: Span = ONCE

    known_before: ClassVar[tuple[str, ...]] = ()

    @property
    def look_back_days(self) -> float:
        return self.within.look_back_days

    @property
    def vitals(self) -> tuple[str, ...]:
        return tuple(limit.bound.measure.vital for limit in self.limits)

    @property
    def sentence(self) -> str:
        raises = " or ".join(limit.bound.sentence for limit in self.limits)
        clears = " and ".join(limit.sentence for limit in self.limits)
        often = f", {self.repeats} times within {self.within.text}" if self.repeats > 1 else ""
        return f"{raises}{often}; clears {clears}"

    def outcomes(self, series: Series) -> Outcomes:
        """The Outcome at each reading (n,), int8."""
        n = series.times.size
        measured, all_clear = np.zeros(n, dtype=bool), np.ones(n, dtype=bool)
        for limit in self.limits:
            values = series.vital(limit.bound.measure.vital)
            known = ~np.isnan(values)
            measured |= known
            all_clear &= limit.cleared(values) | ~known
        broken = self._broken(series)
        outcomes = np.full(n, Outcome.KEEP, dtype=np.int8)
        outcomes[all_clear] = Outcome.CLEAR
        outcomes[broken] = Outcome.KEEP
        outcomes[self.within.repeated(broken, series, self.repeats)] = Outcome.RAISE
        outcomes[~measured] = Outcome.NO_DATA
        return outcomes

    def explain(self, series: Series, index: int, outcome: Outcome) -> Verdict:
        """The verdict at one reading, given its outcome."""
        if outcome is Outcome.NO_DATA:
            names = " or ".join(limit.bound.measure.name for limit in self.limits)
            return Verdict(outcome, f"No {names} measured", ())
        bounds = [limit.bound for limit in self.limits]
        values = [(bound, series.vital(bound.measure.vital)[index]) for bound in bounds]
        if outcome is Outcome.RAISE:
            values = [(bound, value) for bound, value in values if bound.broken(np.array([value]))[0]]
        reason = " and ".join(bound.explain(value) for bound, value in values if not np.isnan(value))
        if self.repeats == 1:
            return Verdict(outcome, sentence_case(reason), (index,))
        part, offset = series.until(index, self.look_back_days)
        breaches = self.within.newest(self._broken(part), part)
        reason = f"{reason}, {breaches.size} times beyond the limit within {self.within.text}"
        return Verdict(
            outcome, sentence_case(reason), tuple(sorted({index, *(int(each) + offset for each in breaches)}))
        )

    def _broken(self, series: Series) -> Bools:
        broken = np.zeros(series.times.size, dtype=bool)
        for limit in self.limits:
            broken |= limit.bound.broken(series.vital(limit.bound.measure.vital))
        return broken
