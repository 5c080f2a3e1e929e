"""A value away from a number that was set for the patient, such as a dry weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alerting.kinds.kind import Direction, Measure, judged, sentence_case
from alerting.series import Series
from alerting.verdict import Outcome, Outcomes, Verdict


@dataclass(frozen=True)
class OffTarget:
    """Raises at `limit` or more above (below) the patient's own number, clears at `clear` or less."""

    measure: Measure
    personal: str  # the name of the patient's number
    limit: float
    clear: float
    direction: Direction = Direction.RISE

    @property
    def look_back_days(self) -> float:
        return 0.0

    @property
    def vitals(self) -> tuple[str, ...]:
        return (self.measure.vital,)

    @property
    def sentence(self) -> str:
        return (
            f"{self.measure.name} {self.measure.text(self.limit)} or more {self.direction.side} "
            f"the patient's {self._target}; clears at {self.measure.text(self.clear)} or less"
        )

    def outcomes(self, series: Series) -> Outcomes:
        """The Outcome at each reading (n,), int8."""
        values = series.vital(self.measure.vital)
        target = series.personal_number(self.personal)
        off = np.where(np.isfinite(values), self.direction.sign * (values - target), np.nan)
        outcomes = judged(off, self.limit, self.clear)
        outcomes[np.isfinite(values) & np.isnan(target)] = Outcome.NOT_CONFIGURED
        return outcomes

    def explain(self, series: Series, index: int, outcome: Outcome) -> Verdict:
        """The verdict at one reading, given its outcome."""
        if outcome is Outcome.NO_DATA:
            return Verdict(outcome, sentence_case(f"no {self.measure.name} measured"), ())
        if outcome is Outcome.NOT_CONFIGURED:
            return Verdict(outcome, f"No {self._target} is set for the patient", (index,))
        value = float(series.vital(self.measure.vital)[index])
        target = float(series.personal_number(self.personal)[index])
        unit = self.measure.unit
        reason = (
            f"{self.measure.name} {value:g} {unit}, {value - target:+.1f} {unit} from the {self._target} of "
            f"{target:g} {unit} (limit {self.direction.sign * self.limit:+g} {unit})"
        )
        return Verdict(outcome, sentence_case(reason), (index,))

    @property
    def _target(self) -> str:
        return self.personal.replace("_", " ")
