"""What a patient or a device says beside numbers: a symptom, a call for help, an irregular pulse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from alerting.kinds.kind import hours_text, sentence_case
from alerting.kinds.span import ONCE, Span
from alerting.series import Series
from alerting.verdict import Outcome, Outcomes, Verdict
from alerting.windows import HOUR, Bools, newest


@dataclass(frozen=True)
class Event:
    """Raises at a reading with any of `marks` that makes `repeats` of them in the span `within`.

    Clears at a reading without one for `clear_hours`. Where the mark is a flag of a measurement, readings
    without its `vital` say nothing.
    """

    marks: tuple[str, ...]
    clear_hours: float
    repeats: int = 1
    within: Span = ONCE
    vital: str | None = None

    known_before: ClassVar[tuple[str, ...]] = ()

    @property
    def look_back_days(self) -> float:
        return max(self._cleared.look_back_days, self.within.look_back_days)

    @property
    def vitals(self) -> tuple[str, ...]:
        return () if self.vital is None else (self.vital,)

    @property
    def sentence(self) -> str:
        often = f", {self.repeats} times within {self.within.text}" if self.repeats > 1 else ""
        return f"{self._names} reported{often}; clears {hours_text(self.clear_hours)} after the last"

    def outcomes(self, series: Series) -> Outcomes:
        """The Outcome at each reading (n,), int8."""
        marked = self._marked(series)
        lately = newest(marked, series.times, series.starts, self.clear_hours * HOUR) >= 0
        outcomes = np.where(lately, Outcome.KEEP, Outcome.CLEAR).astype(np.int8)
        outcomes[self.within.repeated(marked, series, self.repeats)] = Outcome.RAISE
        if self.vital is not None:
            outcomes[~marked & np.isnan(series.vital(self.vital))] = Outcome.NO_DATA
        return outcomes

    def explain(self, series: Series, index: int, outcome: Outcome) -> Verdict:
        """The verdict at one reading, given its outcome."""
        if outcome is Outcome.NO_DATA:
            return Verdict(outcome, f"Nothing measured that could tell of {self._names}", ())
        span = self.within if outcome is Outcome.RAISE else self._cleared
        part, offset = series.until(index, span.look_back_days)
        marked = span.newest(self._marked(part), part)
        times = "" if marked.size == 1 else f" {marked.size} times within {span.text}"
        reason = f"{self._names} reported{times}"
        evidence = {index, *(int(each) + offset for each in marked)}
        return Verdict(outcome, sentence_case(reason), tuple(sorted(evidence)))

    @property
    def _cleared(self) -> Span:
        return Span(hours=self.clear_hours)

    @property
    def _names(self) -> str:
        return " or ".join(mark.replace("-", " ") for mark in self.marks)

    def _marked(self, series: Series) -> Bools:
        marked = np.zeros(series.times.size, dtype=bool)
        for mark in self.marks:
            marked |= series.mark(mark)
        return marked
