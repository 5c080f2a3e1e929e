"""A value away from a number that was set for the patient, such as a dry weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from alerting.kinds.kind import Direction, Measure, calendar, days_text, judged, sentence_case
from alerting.series import Series
from alerting.track import Track
from alerting.verdict import Outcome, Outcomes, Verdict
from alerting.windows import Floats, window_means


@dataclass(frozen=True)
class OffTarget:
    """Raises where the average of `days` is `limit` or more above (below) the patient's own number.

    It clears at `clear` or less.
    """

    measure: Measure
    personal: str  # the name of the patient's number
    limit: float
    clear: float
    direction: Direction = Direction.RISE
    days: int = 1

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
            f"average {self.measure.name} of {days_text(self.days)} {self.measure.text(self.limit)} or more "
            f"{self.direction.side} the patient's "
            f"{self._target}; clears at {self.measure.text(self.clear)} or less"
        )

    def outcomes(self, series: Series) -> Outcomes:
        """The Outcome at each reading (n,), int8."""
        track = Track.of(series, self.measure.vital)
        target = series.personal_number(self.personal)[track.indices]
        off = self.direction.sign * (self._averages(track) - target)
        outcomes = judged(off, self.limit, self.clear)
        outcomes[np.isnan(target)] = Outcome.NOT_CONFIGURED
        return track.spread(outcomes)

    def explain(self, series: Series, index: int, outcome: Outcome) -> Verdict:
        """The verdict at one reading, given its outcome."""
        if outcome is Outcome.NO_DATA:
            return Verdict(outcome, sentence_case(f"no {self.measure.name} measured"), ())
        if outcome is Outcome.NOT_CONFIGURED:
            return Verdict(outcome, f"No {self._target} is set for the patient", (index,))
        part, offset = series.until(index, self.look_back_days)
        track = Track.of(part, self.measure.vital)
        target = float(series.personal_number(self.personal)[index])
        value, first = float(self._averages(track)[-1]), int(track.window_starts(self.days)[-1])
        average, unit = "" if first == track.size - 1 else "average ", self.measure.unit
        reason = (
            f"{average}{self.measure.name} {value:.1f} {unit}, {value - target:+.1f} {unit} from the "
            f"{self._target} of {target:g} {unit} (limit {self.direction.sign * self.limit:+g} {unit})"
        )
        evidence = tuple(int(each) + offset for each in track.indices[first:])
        return Verdict(outcome, sentence_case(reason), evidence)

    def _averages(self, track: Track) -> Floats:
        return window_means(track.values, track.window_starts(self.days))

    @property
    def _target(self) -> str:
        return self.personal.replace("_", " ")
