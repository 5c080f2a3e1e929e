"""A breach that comes back: so many within days, where breaches close to each other are one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from alerting.kinds.bound import Bound
from alerting.kinds.kind import DAY_HOURS, calendar, days_text, hours_text, sentence_case
from alerting.series import Series
from alerting.track import Track
from alerting.verdict import Outcome, Outcomes, Verdict
from alerting.windows import HOUR, Bools, repeated, window_counts


@dataclass(frozen=True)
class Count:
    """Raises at a breach with `times` or more in `days`, clears once a reading finds `clear` or fewer.

    A breach within `apart_hours` after another one does not count: it is the same one, measured again.
    """

    bound: Bound
    times: int
    days: int
    clear: int
    apart_hours: float = 0.0

    known_before: ClassVar[tuple[str, ...]] = ()

    @property
    def look_back_days(self) -> float:
        return calendar(self.days) + self.apart_hours / DAY_HOURS

    @property
    def vitals(self) -> tuple[str, ...]:
        return (self.bound.measure.vital,)

    @property
    def sentence(self) -> str:
        apart = f", each {hours_text(self.apart_hours)} or more after another" if self.apart_hours else ""
        cleared = f"at {self.clear} or fewer in that time" if self.clear else "when that time is without one"
        return (
            f"{self.bound.sentence} {self.times} times or more in {days_text(self.days)}{apart}; "
            f"clears {cleared}"
        )

    def outcomes(self, series: Series) -> Outcomes:
        """The Outcome at each reading (n,), int8."""
        track, broken, counted = self._breaches(series)
        counts = window_counts(counted, track.window_starts(self.days))
        outcomes = np.full(track.size, Outcome.KEEP, dtype=np.int8)
        outcomes[counts <= self.clear] = Outcome.CLEAR
        outcomes[broken] = Outcome.KEEP
        outcomes[broken & (counts >= self.times)] = Outcome.RAISE
        return track.spread(outcomes)

    def explain(self, series: Series, index: int, outcome: Outcome) -> Verdict:
        """The verdict at one reading, given its outcome."""
        if outcome is Outcome.NO_DATA:
            return Verdict(outcome, f"No {self.bound.measure.name} measured", ())
        part, offset = series.until(index, self.look_back_days)
        track, _, counted = self._breaches(part)
        counted[: int(track.window_starts(self.days)[-1])] = False
        reason = (
            f"{self.bound.sentence} {np.count_nonzero(counted)} times in {days_text(self.days)} "
            f"(limit {self.times} times)"
        )
        evidence = {index, *(int(each) + offset for each in track.indices[counted])}
        return Verdict(outcome, sentence_case(reason), tuple(sorted(evidence)))

    def _breaches(self, series: Series) -> tuple[Track, Bools, Bools]:
        """The values (beyond the device too), which of them are breaches, and which of these count."""
        values = series.vital(self.bound.measure.vital)
        track = Track.where(series, ~np.isnan(values), values)
        broken = self.bound.broken(track.values)
        if self.apart_hours == 0:
            return track, broken, broken.copy()
        again = repeated(broken, track.times, track.starts, self.apart_hours * HOUR, 2)
        return track, broken, broken & ~again
