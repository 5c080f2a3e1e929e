"""Measurements that came to nothing: the device tried, and had no value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from alerting.kinds.kind import Measure, calendar, days_text, hours_text, sentence_case
from alerting.series import Series, failed
from alerting.verdict import Outcome, Outcomes, Verdict
from alerting.windows import DAY, HOUR, Indices, newest, window_starts


@dataclass(frozen=True)
class Failed:
    """Raises at a failed measurement after another of the last `days`, with no value between them.

    They are `apart_hours` or more from each other, or on different days of the patient: who tries again at
    once has tried once. Clears with a value.
    """

    measure: Measure
    days: int
    apart_hours: float

    known_before: ClassVar[tuple[str, ...]] = ()

    @property
    def look_back_days(self) -> float:
        return calendar(self.days)

    @property
    def vitals(self) -> tuple[str, ...]:
        return (self.measure.vital,)

    @property
    def sentence(self) -> str:
        return (
            f"two failed measurements of {self.measure.name} within {days_text(self.days)} without a value "
            f"between, {hours_text(self.apart_hours)} or more apart or on different days; "
            "clears with the next value"
        )

    def outcomes(self, series: Series) -> Outcomes:
        """The Outcome at each reading (n,), int8."""
        has_failed = series.mark(failed(self.measure.vital))
        outcomes = np.full(series.times.size, Outcome.NO_DATA, dtype=np.int8)
        outcomes[~np.isnan(series.vital(self.measure.vital))] = Outcome.CLEAR
        at = np.flatnonzero(has_failed)
        if not at.size:  # of most
            return outcomes
        first = self._firsts(series)[at]
        is_apart = series.times[at] - series.times[first] >= self.apart_hours * HOUR
        is_apart |= series.local_days[at] != series.local_days[first]
        outcomes[at] = np.where(is_apart, Outcome.RAISE, Outcome.KEEP)
        return outcomes

    def explain(self, series: Series, index: int, outcome: Outcome) -> Verdict:
        """The verdict at one reading, given its outcome."""
        if outcome is Outcome.NO_DATA:
            return Verdict(outcome, sentence_case(f"no {self.measure.name} measured"), ())
        if outcome is Outcome.CLEAR:
            return Verdict(outcome, sentence_case(f"{self.measure.name} measured"), (index,))
        part, offset = series.until(index, self.look_back_days)
        first = int(self._firsts(part)[-1])
        tries = first + np.flatnonzero(part.mark(failed(self.measure.vital))[first:])
        days = (part.times[-1] - part.times[first]) / DAY
        text = f"{self.measure.name} failed {tries.size} times in {days:.1f} days, without a value between"
        return Verdict(outcome, sentence_case(text), tuple(int(each) + offset for each in tries))

    def _firsts(self, series: Series) -> Indices:
        """At each failed reading the first failed one of the days since the last value (n,)."""
        n = series.times.size
        has_failed = series.mark(failed(self.measure.vital))
        measured = ~np.isnan(series.vital(self.measure.vital))
        starts = window_starts(series.local_days, series.starts, self.days - 1)
        last = newest(measured, series.local_days, series.starts, self.days - 1)
        following = np.where(has_failed, np.arange(n, dtype=np.int64), n)
        following = np.minimum.accumulate(following[::-1])[::-1]
        found: Indices = following[np.minimum(np.maximum(starts, last + 1), max(n - 1, 0))]
        return np.minimum(found, max(n - 1, 0))
