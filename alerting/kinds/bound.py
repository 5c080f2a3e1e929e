"""A bound on one vital: which values break it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from alerting.kinds.kind import Measure
from alerting.windows import Bools, Floats


class Comparison(StrEnum):
    """How a value breaks its bound."""

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
class Bound:
    """A number that values of a vital should not pass."""

    measure: Measure
    comparison: Comparison
    value: float

    @property
    def sentence(self) -> str:
        return f"{self.measure.name} {self.words}"

    @property
    def words(self) -> str:
        return f"{self.comparison.words} {self.measure.text(self.value)}"

    def broken(self, values: Floats) -> Bools:
        """Which of the values (n,) break the bound; NaN breaks none."""
        match self.comparison:
            case Comparison.ABOVE:
                return values > self.value
            case Comparison.AT_LEAST:
                return values >= self.value
            case Comparison.BELOW:
                return values < self.value
            case Comparison.AT_MOST:
                return values <= self.value

    def explain(self, value: float) -> str:
        """How `value` stands to the bound, in words."""
        if np.isinf(value):
            beyond = "above" if value > 0 else "below"
            return f"{self.measure.name} {beyond} what the device can measure (limit: {self.words})"
        return f"{self.measure.name} {self.measure.text(value)} ({self.words})"


@dataclass(frozen=True)
class Limit:
    """A bound, and where it clears: an upper one at or below `clear`, a lower one at or above it.

    `hard_floor` is as far as one clinician may loosen the bound for a patient.
    """

    bound: Bound
    clear: float
    hard_floor: float | None = None

    @property
    def sentence(self) -> str:
        beyond = "below" if self.bound.comparison.is_upper else "above"
        return f"at or {beyond} {self.bound.measure.text(self.clear)}"

    def cleared(self, values: Floats) -> Bools:
        """Which of the values (n,) clear the limit; NaN clears none."""
        return values <= self.clear if self.bound.comparison.is_upper else values >= self.clear
