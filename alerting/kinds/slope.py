"""A steady rise or fall: the median of the slopes between all pairs of values in a window (Theil-Sen).

Theil 1950, Sen 1968 (J Am Stat Assoc 63:1379): up to 29 % of the values may be wrong, such as another
person's weight, without moving the slope far.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from alerting.kinds.kind import Direction, calendar, days_text
from alerting.kinds.score_kind import ScoreKind
from alerting.track import Track
from alerting.windows import DAY, MOST_VALUES, Floats, medians, side_by_side

WEEK = 7 * DAY


@dataclass(frozen=True)
class Slope(ScoreKind):
    """A slope of `limit` units a week over `days`, from `least_values` that span `least_days`, or more."""

    days: int
    least_values: int
    least_days: int
    direction: Direction = Direction.RISE

    @property
    def look_back_days(self) -> float:
        return calendar(self.days)

    @property
    def needs(self) -> str:
        return (
            f"{self.least_values} values of {self.measure.name} over {days_text(self.least_days)} "
            f"in {days_text(self.days)}"
        )

    @property
    def sentence(self) -> str:
        way = "rising" if self.direction is Direction.RISE else "falling"
        return (
            f"{self.measure.name} {way} by {self.measure.text(self.limit)} a week or more over "
            f"{days_text(self.days)}; clears at {self.measure.text(self.clear)} a week or less"
        )

    def scores(self, track: Track) -> Floats:
        ends = np.arange(1, track.size + 1, dtype=np.int64)
        starts = np.maximum(track.window_starts(self.days), ends - MOST_VALUES)
        spanned = track.dates - track.dates[starts]
        enough = (ends - starts >= self.least_values) & (spanned >= self.least_days)
        scores = np.full(track.size, np.nan)
        judged = np.flatnonzero(enough)
        for which, windows in side_by_side(starts[judged], ends[judged]):
            older, newer = np.triu_indices(windows.shape[1], k=1)
            weeks = (track.times[windows[:, newer]] - track.times[windows[:, older]]) / WEEK
            rises = track.values[windows[:, newer]] - track.values[windows[:, older]]
            slopes = np.full(weeks.shape, np.nan)
            np.divide(rises, weeks, out=slopes, where=weeks > 0)
            scores[judged[which]] = medians(slopes)
        return self.direction.sign * scores

    def reason(self, track: Track, score: float) -> tuple[str, Iterable[int]]:
        first = max(int(track.window_starts(self.days)[-1]), track.size - MOST_VALUES)
        values, unit, sign = track.size - first, self.measure.unit, self.direction.sign
        days = (track.times[-1] - track.times[first]) / DAY
        text = (
            f"{self.measure.name} changes by {sign * score:+.1f} {unit} a week, from {values} values over "
            f"{days:.1f} days (limit {sign * self.limit:+g} {unit} a week)"
        )
        return text, range(first, track.size)
