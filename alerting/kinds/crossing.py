"""A short average that leaves a long one: slow enough to ignore a day, quick enough to see a week."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from alerting.kinds.kind import Direction, calendar, days_text
from alerting.kinds.score_kind import ScoreKind
from alerting.track import Track
from alerting.windows import Floats, window_means


@dataclass(frozen=True)
class Crossing(ScoreKind):
    """The mean of `days` away by `limit` from that of `long_days`, which needs `least_values` or more."""

    days: int
    long_days: int
    least_values: int
    direction: Direction = Direction.RISE

    @property
    def look_back_days(self) -> float:
        return calendar(self.long_days)

    @property
    def needs(self) -> str:
        return f"{self.least_values} values of {self.measure.name} in {days_text(self.long_days)}"

    @property
    def sentence(self) -> str:
        return (
            f"average {self.measure.name} of {days_text(self.days)} {self.measure.text(self.limit)} or more "
            f"{self.direction.side} that of {days_text(self.long_days)}; "
            f"clears at {self.measure.text(self.clear)} or less"
        )

    def scores(self, track: Track) -> Floats:
        long = track.window_starts(self.long_days)
        apart = window_means(track.values, track.window_starts(self.days)) - window_means(track.values, long)
        enough = np.arange(track.size) - long + 1 >= self.least_values
        return np.where(enough, self.direction.sign * apart, np.nan)

    def reason(self, track: Track, score: float) -> tuple[str, Iterable[int]]:
        short = track.values[track.window_starts(self.days)[-1] :].mean()
        unit = self.measure.unit
        text = (
            f"average {self.measure.name} of {days_text(self.days)} {short:.1f} {unit}, {score:.1f} {unit} "
            f"{self.direction.side} that of {days_text(self.long_days)} (limit {self.limit:g} {unit})"
        )
        return text, range(int(track.window_starts(self.long_days)[-1]), track.size)
