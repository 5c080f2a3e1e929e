"""Several values a little off on one day: each by itself is nobody's to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from alerting.kinds.bound import Limit
from alerting.kinds.kind import calendar, sentence_case
from alerting.series import Series
from alerting.verdict import Outcome, Outcomes, Verdict
from alerting.windows import Indices, newest


@dataclass(frozen=True)
class Several:
    """Raises at a breach with which `least` or more limits were broken on the patient's calendar day.

    Clears at a reading that clears its limits on a day without any breach. It counts limits and adds up
    nothing: parts of what a score asks for are never measured at home.
    """

    limits: tuple[Limit, ...]
    least: int

    known_before: ClassVar[tuple[str, ...]] = ()

    @property
    def look_back_days(self) -> float:
        return calendar(1)

    @property
    def vitals(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(limit.bound.measure.vital for limit in self.limits))

    @property
    def sentence(self) -> str:
        limits = ", ".join(f"{limit.bound.measure.name} {limit.bound.words}" for limit in self.limits)
        clears = " and ".join(limit.sentence for limit in self.limits)
        return f"{self.least} or more on one day of: {limits}; clears {clears}"

    def outcomes(self, series: Series) -> Outcomes:
        """The Outcome at each reading (n,), int8."""
        n = series.times.size
        measured, all_clear, is_broken = (
            np.zeros(n, dtype=bool),
            np.ones(n, dtype=bool),
            np.zeros(n, dtype=bool),
        )
        for limit in self.limits:
            values = series.vital(limit.bound.measure.vital)
            known = ~np.isnan(values)
            measured |= known
            all_clear &= limit.cleared(values) | ~known
            is_broken |= limit.bound.broken(values)
        counts = np.count_nonzero(self._last_breaches(series) >= 0, axis=0)
        outcomes = np.full(n, Outcome.KEEP, dtype=np.int8)
        outcomes[all_clear & (counts == 0)] = Outcome.CLEAR
        outcomes[is_broken & (counts >= self.least)] = Outcome.RAISE
        outcomes[~measured] = Outcome.NO_DATA
        return outcomes

    def explain(self, series: Series, index: int, outcome: Outcome) -> Verdict:
        """The verdict at one reading, given its outcome."""
        if outcome is Outcome.NO_DATA:
            names = " or ".join(dict.fromkeys(limit.bound.measure.name for limit in self.limits))
            return Verdict(outcome, f"No {names} measured", ())
        part, offset = series.until(index, self.look_back_days)
        last = self._last_breaches(part)[:, -1].tolist()
        found = [
            (at, limit.bound.explain(float(part.vital(limit.bound.measure.vital)[at])))
            for at, limit in zip(last, self.limits, strict=True)
            if at >= 0
        ]
        reason = (
            " and ".join(dict.fromkeys(text for _, text in found)) or "none of the limits broken that day"
        )
        evidence = {index, *(at + offset for at, _ in found)}
        return Verdict(outcome, sentence_case(reason), tuple(sorted(evidence)))

    def _last_breaches(self, series: Series) -> Indices:
        """Of each limit the newest breach of the day up to each reading (limits, n); -1 where none is."""
        days, starts = series.local_days, series.starts
        return np.array(
            [
                newest(limit.bound.broken(series.vital(limit.bound.measure.vital)), days, starts, 0)
                for limit in self.limits
            ]
        )
