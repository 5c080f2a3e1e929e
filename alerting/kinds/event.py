"""What a patient or a device says beside numbers: a symptom, a call for help, an irregular pulse."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alerting.kinds.kind import hours_text, sentence_case
from alerting.series import Series
from alerting.verdict import Outcome, Outcomes, Verdict
from alerting.windows import DAY, HOUR, Bools, newest, repeated


@dataclass(frozen=True)
class Event:
    """Raises at a reading with any of `marks` that makes `repeats` of them within `within_hours`.

    Clears at a reading without one for `clear_hours`. Where the mark is a flag of a measurement, readings
    without its `vital` say nothing.
    """

    marks: tuple[str, ...]
    clear_hours: float
    repeats: int = 1
    within_hours: float = 0.0
    vital: str | None = None

    @property
    def look_back_days(self) -> float:
        return max(self.clear_hours, self.within_hours) * HOUR / DAY

    @property
    def vitals(self) -> tuple[str, ...]:
        return () if self.vital is None else (self.vital,)

    @property
    def sentence(self) -> str:
        often = f", {self.repeats} times within {hours_text(self.within_hours)}" if self.repeats > 1 else ""
        return f"{self._names} reported{often}; clears {hours_text(self.clear_hours)} after the last"

    def outcomes(self, series: Series) -> Outcomes:
        """The Outcome at each reading (n,), int8."""
        marked = self._marked(series)
        lately = newest(marked, series.times, series.starts, self.clear_hours * HOUR / DAY) >= 0
        outcomes = np.where(lately, Outcome.KEEP, Outcome.CLEAR).astype(np.int8)
        within = self.within_hours * HOUR / DAY
        outcomes[repeated(marked, series.times, series.starts, within, self.repeats)] = Outcome.RAISE
        if self.vital is not None:
            outcomes[~marked & np.isnan(series.vital(self.vital))] = Outcome.NO_DATA
        return outcomes

    def explain(self, series: Series, index: int, outcome: Outcome) -> Verdict:
        """The verdict at one reading, given its outcome."""
        if outcome is Outcome.NO_DATA:
            return Verdict(outcome, f"Nothing measured that could tell of {self._names}", ())
        hours = self.within_hours if outcome is Outcome.RAISE else self.clear_hours
        part, offset = series.until(index, hours * HOUR / DAY)
        marked = np.flatnonzero(self._marked(part))
        times = "" if marked.size == 1 else f" {marked.size} times within {hours_text(hours)}"
        reason = f"{self._names} reported{times}"
        evidence = {index, *(int(each) + offset for each in marked)}
        return Verdict(outcome, sentence_case(reason), tuple(sorted(evidence)))

    @property
    def _names(self) -> str:
        return " or ".join(mark.replace("-", " ") for mark in self.marks)

    def _marked(self, series: Series) -> Bools:
        marked = np.zeros(series.times.size, dtype=bool)
        for mark in self.marks:
            marked |= series.mark(mark)
        return marked
