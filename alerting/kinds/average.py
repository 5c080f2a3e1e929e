"""An average over days, as protocols for blood pressure at home ask: so many mornings and evenings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from alerting.days import Days
from alerting.kinds.bound import Limit
from alerting.kinds.kind import DECIMALS, calendar, days_text
from alerting.series import Series
from alerting.track import Track
from alerting.verdict import Outcome, Outcomes, Verdict
from alerting.windows import Bools, Floats, Indices, window_counts

_Number = TypeVar("_Number", bound=np.generic)


class _Averages(NamedTuple):
    """At each counted reading (m,): the averages up to there and what they rest on."""

    averages: Floats  # (limits, m); NaN where they are from no day
    days: Indices  # how many days they are from
    judged: Bools  # whether this reading is part of them


@dataclass(frozen=True)
class Average:
    """Raises where an average of the last `days` calendar days breaks any limit, clears where all are clear.

    A day is complete with `morning` readings before noon and `evening` ones after (a reading counts with all
    vitals of the limits). The first `discard_days` complete days of the window are left out; fewer than
    `least_days` others are no data. A reading of a day that is not complete yet changes no average: it keeps.
    """

    limits: tuple[Limit, ...]
    days: int
    least_days: int
    discard_days: int = 0
    morning: int = 0
    evening: int = 0

    known_before: ClassVar[tuple[str, ...]] = ()

    @property
    def look_back_days(self) -> float:
        return calendar(self.days)

    @property
    def vitals(self) -> tuple[str, ...]:
        return tuple(limit.bound.measure.vital for limit in self.limits)

    @property
    def sentence(self) -> str:
        raises = " or ".join(limit.bound.sentence for limit in self.limits)
        clears = " and ".join(limit.sentence for limit in self.limits)
        asked = [f"{self.morning} in the morning"] * (self.morning > 0)
        asked += [f"{self.evening} in the evening"] * (self.evening > 0)
        each = f" with {' and '.join(asked)}" if asked else ""
        first = "the first day" if self.discard_days == 1 else f"the first {self.discard_days} days"
        left_out = f", without {first}" if self.discard_days else ""
        span = f"{self.least_days} to {days_text(self.days - self.discard_days)}"
        return f"average {raises}, over {span}{each}{left_out}; clears {clears}"

    def outcomes(self, series: Series) -> Outcomes:
        """The Outcome at each reading (n,), int8."""
        track = self._track(series)
        days = Days.of_track(track)
        found = self._averages(track, days)
        broken, cleared = np.zeros(track.size, dtype=bool), np.ones(track.size, dtype=bool)
        for limit, average in zip(self.limits, found.averages, strict=True):
            broken |= limit.bound.broken(average)
            cleared &= limit.cleared(average)
        outcomes = np.full(track.size, Outcome.KEEP, dtype=np.int8)
        outcomes[found.judged & cleared] = Outcome.CLEAR
        outcomes[found.judged & broken] = Outcome.RAISE
        outcomes[found.days < self.least_days] = Outcome.NO_DATA
        return track.spread(outcomes)

    def explain(self, series: Series, index: int, outcome: Outcome) -> Verdict:
        """The verdict at one reading, given its outcome."""
        part, offset = series.until(index, self.look_back_days)
        track = self._track(part)
        days = Days.of_track(track)
        names = " and ".join(limit.bound.measure.name for limit in self.limits)
        if track.size == 0 or track.indices[-1] != index - offset:
            return Verdict(outcome, f"No {names} measured", ())
        if outcome is Outcome.NO_DATA:
            needed = days_text(self.least_days + self.discard_days)
            return Verdict(outcome, f"Fewer than {needed} with enough of {names}", ())
        found = self._averages(track, days)
        averages = " and ".join(
            f"{limit.bound.measure.name} {average[-1]:.1f} {limit.bound.measure.unit} ({limit.bound.words})"
            for limit, average in zip(self.limits, found.averages, strict=True)
        )
        complete = self._complete(days)[days.last] & (
            np.arange(days.dates.size) >= days.window_starts(self.days)[-1]
        )
        averaged = np.isin(days.of, np.flatnonzero(complete)[self.discard_days :])
        evidence = {index, *(int(each) + offset for each in track.indices[averaged])}
        return Verdict(
            outcome,
            f"Average {averages}, over {days_text(int(found.days[-1]))}",
            tuple(sorted(evidence)),
        )

    def _track(self, series: Series) -> Track:
        """The readings that have all the vitals."""
        values = np.array([series.vital(vital) for vital in self.vitals])
        return Track.where(series, np.isfinite(values).all(axis=0), values[0])

    def _complete(self, days: Days) -> Bools:
        """Whether the day of each reading (m,) has enough readings, up to this one."""
        begins = days.first[days.of]
        mornings = window_counts(days.before_noon, begins)
        evenings = window_counts(~days.before_noon, begins)
        complete: Bools = (mornings >= self.morning) & (evenings >= self.evening)
        return complete

    def _averages(self, track: Track, days: Days) -> _Averages:
        complete = self._complete(days)
        counted = complete[days.last]  # days that are complete in the end: all before today are at their end
        number = _before(counted.astype(np.int64))  # the complete days, numbered through
        own = number[days.of]
        first = number[days.window_starts(self.days)][days.of] + self.discard_days
        past = np.maximum(own - first, 0)
        judged = complete & (own >= first)
        oldest = own - past
        readings = _before((days.last - days.first + 1)[counted])
        counts = readings[own] - readings[oldest] + judged * (np.arange(track.size) - days.first[days.of] + 1)
        averages = []
        for vital in self.vitals:
            sums = _before(track.series.vital(vital)[track.indices])
            of_days = _before((sums[days.last + 1] - sums[days.first])[counted])
            today = sums[1:] - sums[days.first[days.of]]
            total = of_days[own] - of_days[oldest] + judged * today
            averages.append(np.round(total / np.where(counts > 0, counts, np.nan), DECIMALS))
        return _Averages(np.array(averages), past + judged, judged)


def _before(numbers: NDArray[_Number]) -> NDArray[_Number]:
    """The sum of what comes before each number, and of all (k + 1,)."""
    return np.concatenate([np.zeros(1, dtype=numbers.dtype), np.cumsum(numbers, dtype=numbers.dtype)])
