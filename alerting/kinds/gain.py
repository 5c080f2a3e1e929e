"""A value that rose over days: the newest against the lowest of the window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alerting.series import DAY, Floats, Indices, Series
from alerting.verdict import Outcome, Verdict


@dataclass(frozen=True)
class Gain:
    """Raises at `gain` or more over the lowest of the last `days`, clears at `clear` or less."""

    vital: str
    name: str  # for people
    unit: str
    days: float
    gain: float
    clear: float

    @property
    def look_back_days(self) -> float:
        """How much history one outcome rests on."""
        return self.days

    @property
    def vitals(self) -> tuple[str, ...]:
        return (self.vital,)

    def outcomes(self, series: Series) -> NDArray[np.int8]:
        """The Outcome at each reading (n,), int8. A value without another in its window says nothing."""
        values = series.vital(self.vital)
        known = np.isfinite(values)
        starts = series.window_starts(self.days)
        gained = np.where(known, values, np.nan) - window_minimum(np.where(known, values, np.inf), starts)
        before = np.concatenate([[0], np.cumsum(known)])  # known values before each index
        alone = before[:-1] == before[starts]
        outcomes = np.full(values.size, Outcome.KEEP, dtype=np.int8)
        outcomes[gained <= self.clear] = Outcome.CLEAR
        outcomes[gained >= self.gain] = Outcome.RAISE
        outcomes[~known | alone] = Outcome.NO_DATA
        return outcomes

    def explain(self, series: Series, index: int, outcome: Outcome) -> Verdict:
        """The verdict at one reading, given its outcome."""
        if outcome is Outcome.NO_DATA:
            return Verdict(outcome, f"fewer than 2 values of {self.name} in {self.days:g} days", ())
        values = series.vital(self.vital)
        start = int(series.window_starts(self.days)[index])
        window = values[start : index + 1]
        lowest = start + int(np.argmin(np.where(np.isfinite(window), window, np.inf)))
        days = (series.times[index] - series.times[lowest]) / DAY
        reason = (
            f"{self.name} {values[index]:g} {self.unit}, {values[index] - values[lowest]:+.1f} {self.unit} "
            f"in {days:.1f} days (limit {self.gain:+g} {self.unit} in {self.days:g} days)"
        )
        return Verdict(outcome, reason[0].upper() + reason[1:], tuple(sorted({lowest, index})))


def window_minimum(values: Floats, starts: Indices) -> Floats:
    """The minimum of `values[starts[i] : i + 1]` for each i (n,), from minima over spans of powers of two."""
    n = values.size
    if n == 0:
        return values
    lengths = np.arange(n) - starts + 1
    levels = np.frexp(lengths)[1] - 1  # floor of the binary logarithm
    result = np.empty(n)
    spans = values.copy()  # spans[i]: minimum of the 2**level values that end at i
    for level in range(int(levels.max()) + 1):
        here = np.flatnonzero(levels == level)
        result[here] = np.minimum(spans[here], spans[starts[here] + 2**level - 1])
        step = min(2**level, n)
        spans[step:] = np.minimum(spans[step:], spans[: n - step])
    return result
