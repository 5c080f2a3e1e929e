"""A weight of which nobody has said yet whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from alerting.series import STRANGE, Series
from alerting.strangers import MOST_BEFORE, STRANGE_KG, WEIGHT
from alerting.verdict import Outcome, Outcomes, Verdict


@dataclass(frozen=True)
class Stranger:
    """Raises at a weight that may be another person's. No value clears it: somebody says whose it is."""

    known_before: ClassVar[tuple[str, ...]] = (WEIGHT,)

    @property
    def look_back_days(self) -> float:
        return 0.0

    @property
    def vitals(self) -> tuple[str, ...]:
        return (WEIGHT,)

    @property
    def sentence(self) -> str:
        return (
            f"body weight {STRANGE_KG:g} kg or more from the median of the {MOST_BEFORE} before; "
            "clears once somebody says whose it is"
        )

    def outcomes(self, series: Series) -> Outcomes:
        """The Outcome at each reading (n,), int8."""
        outcomes = np.full(series.times.size, Outcome.NO_DATA, dtype=np.int8)
        outcomes[np.isfinite(series.vital(WEIGHT))] = Outcome.KEEP
        outcomes[series.mark(STRANGE)] = Outcome.RAISE
        return outcomes

    def explain(self, series: Series, index: int, outcome: Outcome) -> Verdict:
        """The verdict at one reading, given its outcome."""
        if outcome is Outcome.NO_DATA:
            return Verdict(outcome, "No body weight measured", ())
        weight = float(series.vital(WEIGHT)[index])
        said = "far from the weights before" if outcome is Outcome.RAISE else "near the weights before"
        return Verdict(outcome, f"Body weight {weight:g} kg, {said}", (index,))
