"""A value beyond a limit. Between the limit and where it clears, what held before holds on (hysteresis)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from alerting.series import Floats, Series
from alerting.verdict import Outcome, Verdict


class Comparison(StrEnum):
    """How a value breaks its limit."""

    ABOVE = "above"
    AT_LEAST = "at_least"
    BELOW = "below"
    AT_MOST = "at_most"

    @property
    def is_upper(self) -> bool:
        return self in (Comparison.ABOVE, Comparison.AT_LEAST)

    @property
    def words(self) -> str:
        return self.value.replace("_", " ")


@dataclass(frozen=True)
class Limit:
    """A limit of one vital. An upper limit clears at or below `clear`, a lower one at or above it."""

    vital: str
    name: str  # for people
    unit: str
    comparison: Comparison
    value: float
    clear: float

    def broken(self, values: Floats) -> NDArray[np.bool_]:
        """Which of the values (n,) break the limit; NaN breaks none."""
        match self.comparison:
            case Comparison.ABOVE:
                return values > self.value
            case Comparison.AT_LEAST:
                return values >= self.value
            case Comparison.BELOW:
                return values < self.value
            case Comparison.AT_MOST:
                return values <= self.value

    def cleared(self, values: Floats) -> NDArray[np.bool_]:
        """Which of the values (n,) clear the limit; NaN clears none."""
        return values <= self.clear if self.comparison.is_upper else values >= self.clear

    def explain(self, value: float) -> str:
        """How `value` stands to the limit, in words."""
        if np.isinf(value):
            beyond = "above" if value > 0 else "below"
            return f"{self.name} {beyond} what the device can measure (limit: {self._limit()})"
        return f"{self.name} {value:g} {self.unit} ({self._limit()})"

    def _limit(self) -> str:
        return f"{self.comparison.words} {self.value:g} {self.unit}"


@dataclass(frozen=True)
class Threshold:
    """Raises where any limit is broken, clears where all measured ones are clear."""

    limits: tuple[Limit, ...]

    @property
    def look_back_days(self) -> float:
        """How much history one outcome rests on."""
        return 0.0

    @property
    def vitals(self) -> tuple[str, ...]:
        return tuple(limit.vital for limit in self.limits)

    def outcomes(self, series: Series) -> NDArray[np.int8]:
        """The Outcome at each reading (n,), int8."""
        n = series.times.size
        broken, measured = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
        all_clear = np.ones(n, dtype=bool)
        for limit in self.limits:
            values = series.vital(limit.vital)
            known = ~np.isnan(values)
            measured |= known
            broken |= limit.broken(values)
            all_clear &= limit.cleared(values) | ~known
        outcomes = np.full(n, Outcome.KEEP, dtype=np.int8)
        outcomes[all_clear] = Outcome.CLEAR
        outcomes[broken] = Outcome.RAISE
        outcomes[~measured] = Outcome.NO_DATA
        return outcomes

    def explain(self, series: Series, index: int, outcome: Outcome) -> Verdict:
        """The verdict at one reading, given its outcome."""
        if outcome is Outcome.NO_DATA:
            return Verdict(outcome, f"no {' or '.join(limit.name for limit in self.limits)} measured", ())
        values = [(limit, series.vital(limit.vital)[index]) for limit in self.limits]
        if outcome is Outcome.RAISE:
            values = [(limit, value) for limit, value in values if limit.broken(np.array([value]))[0]]
        reason = " and ".join(limit.explain(value) for limit, value in values if not np.isnan(value))
        return Verdict(outcome, reason[0].upper() + reason[1:], (index,))
