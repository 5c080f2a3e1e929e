"""Too long without a value. A reading ends it; whether it has begun is judged by the clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from alerting.kinds.kind import Measure, hours_text, sentence_case
from alerting.series import Series
from alerting.silence import NO_PAUSES, Pauses, silence, silent_from
from alerting.verdict import Outcome, Outcomes, Verdict
from alerting.windows import HOUR, Floats


@dataclass(frozen=True)
class Silence:
    """Raises `grace_hours` after a value was due: every `every_hours`, or as the patient's schedule says."""

    measure: Measure
    every_hours: float
    grace_hours: float

    known_before: ClassVar[tuple[str, ...]] = ()

    @property
    def look_back_days(self) -> float:
        return 0.0

    @property
    def vitals(self) -> tuple[str, ...]:
        return (self.measure.vital,)

    @property
    def sentence(self) -> str:
        return (
            f"no {self.measure.name} {hours_text(self.grace_hours)} after it was expected (every "
            f"{hours_text(self.every_hours)}, or as the patient's schedule says); clears with the next value"
        )

    def outcomes(self, series: Series) -> Outcomes:
        """The Outcome at each reading (n,), int8: a value ends a silence."""
        measured = ~np.isnan(series.vital(self.measure.vital))
        return np.where(measured, Outcome.CLEAR, Outcome.NO_DATA).astype(np.int8)

    def explain(self, series: Series, index: int, outcome: Outcome) -> Verdict:
        """The verdict at one reading, given its outcome."""
        if outcome is Outcome.NO_DATA:
            return Verdict(outcome, sentence_case(f"no {self.measure.name} measured"), ())
        value = float(series.vital(self.measure.vital)[index])
        return Verdict(outcome, sentence_case(f"{self.measure.name} {self.measure.text(value)}"), (index,))

    def silent_from(self, last: Floats, every_hours: Floats, pauses: Pauses = NO_PAUSES) -> Floats:
        """When each patient (p,) is silent; `every_hours` (p,) are the patients' own, NaN for the rule's."""
        return silent_from(last, self._allowed(every_hours), pauses)

    def silence(self, last: Floats, every_hours: Floats, now: float, pauses: Pauses = NO_PAUSES) -> Outcomes:
        """The Outcome of each patient (p,) at `now`, int8."""
        return silence(last, self._allowed(every_hours), now, pauses)

    def reason(self, last: float, every_hours: float, now: float) -> str:
        """Why a patient counts as silent."""
        hours = (now - last) / HOUR
        text = f"no {self.measure.name} for {hours_text(round(hours))}"
        return sentence_case(f"{text} ({self._expected(every_hours)})")

    def reason_never(self, since: str, every_hours: float) -> str:
        """Why a patient counts as silent who has never measured; `since` what, in words."""
        text = f"{self.measure.name} has never been measured since {since}"
        return sentence_case(f"{text} ({self._expected(every_hours)})")

    def _expected(self, every_hours: float) -> str:
        every = self.every_hours if np.isnan(every_hours) else every_hours
        return f"expected every {hours_text(every)}, {hours_text(self.grace_hours)} of grace"

    def _allowed(self, every_hours: Floats) -> Floats:
        return np.where(np.isnan(every_hours), self.every_hours, every_hours) + self.grace_hours
