"""What is usual for a patient: the median of an earlier window, and how far values stray from it.

Distances are in robust standard deviations: 1.4826 times the median absolute deviation, which is the standard
deviation where values are normally distributed (Rousseeuw and Croux 1993, J Am Stat Assoc 88:1273).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from alerting.kinds.kind import Direction, calendar, days_text
from alerting.kinds.score_kind import ScoreKind
from alerting.track import Track
from alerting.windows import MOST_VALUES, Floats, medians, side_by_side

ROBUST = 1.4826


class Usual(NamedTuple):
    """The middle and the spread (m,) that each value is held against; NaN while it warms up."""

    middle: Floats
    spread: Floats


@dataclass(frozen=True)
class Baseline:
    """The values of `days` calendar days, the last `gap_days` left out, `least_values` or more of them.

    The gap keeps what is just beginning out of what is usual. `least_spread` (in the vital's unit) is as calm
    as a patient is taken to be: equal values would make the next gram an alarm.
    """

    days: int
    gap_days: int
    least_values: int
    least_spread: float

    @property
    def look_back_days(self) -> float:
        return calendar(self.days + self.gap_days)

    def usual(self, track: Track) -> Usual:
        """What is usual at each value."""
        ends = np.minimum(track.window_starts(self.gap_days), np.arange(track.size))
        starts = np.maximum(track.window_starts(self.days + self.gap_days), ends - MOST_VALUES)
        enough = np.flatnonzero(ends - starts >= self.least_values)
        middle, spread = np.full(track.size, np.nan), np.full(track.size, np.nan)
        for which, windows in side_by_side(starts[enough], ends[enough]):
            values = track.values[windows]
            middles = medians(values)
            middle[enough[which]] = middles
            spread[enough[which]] = ROBUST * medians(np.abs(values - middles[:, np.newaxis]))
        return Usual(middle, np.maximum(spread, self.least_spread))


@dataclass(frozen=True)
class FromBaseline(ScoreKind):
    """What kinds share that hold values against the patient's own baseline; scores are in its spreads."""

    baseline: Baseline
    direction: Direction = field(default=Direction.RISE, kw_only=True)

    @property
    def look_back_days(self) -> float:
        return self.baseline.look_back_days

    @property
    def needs(self) -> str:
        gap = f", {days_text(self.baseline.gap_days)} ago or more" if self.baseline.gap_days else ""
        days = days_text(self.baseline.days)
        return f"{self.baseline.least_values} values of {self.measure.name} in {days}{gap}"

    @property
    def beyond(self) -> str:
        """How far from what is usual raises, in words."""
        gap = f" up to {days_text(self.baseline.gap_days)} ago" if self.baseline.gap_days else ""
        return (
            f"{self.limit:g} robust standard deviations or more {self.direction.side} the patient's own "
            f"median of {days_text(self.baseline.days)}{gap}"
        )

    def distances(self, track: Track) -> Floats:
        """How far each value (m,) strays the wrong way, in robust standard deviations."""
        usual = self.baseline.usual(track)
        return self.direction.sign * (track.values - usual.middle) / usual.spread


@dataclass(frozen=True)
class Unusual(FromBaseline):
    """One value `limit` robust standard deviations away from the patient's own baseline."""

    @property
    def sentence(self) -> str:
        return f"{self.measure.name} {self.beyond}; clears at {self.clear:g} or less"

    def scores(self, track: Track) -> Floats:
        return self.distances(track)

    def reason(self, track: Track, score: float) -> tuple[str, Iterable[int]]:
        usual = float(self.baseline.usual(track).middle[-1])
        text = (
            f"{self.measure.name} {self.measure.text(float(track.values[-1]))} against usually "
            f"{usual:.1f} {self.measure.unit}: {score:.1f} robust standard deviations "
            f"{self.direction.side} (limit {self.limit:g})"
        )
        first = int(track.window_starts(self.baseline.days + self.baseline.gap_days)[-1])
        return text, range(first, track.size)
