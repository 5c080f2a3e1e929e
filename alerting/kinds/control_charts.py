"""Control charts over a patient's own baseline: small lasting shifts that no single value shows.

EWMA: Roberts 1959 (Technometrics 1:239). CUSUM: Page 1954 (Biometrika 41:100). Both look back a stated span
only, so that an answer rests on known readings whatever was stored before them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

import numpy as np

from alerting.kinds.baseline import FromBaseline
from alerting.kinds.kind import calendar, days_text
from alerting.track import Track
from alerting.windows import DAY, MOST_VALUES, Floats, side_by_side, window_minimum

HALF_LIVES = 6
"""Older values than this weigh less than 2 % of the newest, and are left out."""


@dataclass(frozen=True)
class Ewma(FromBaseline):
    """The mean of the distances from the baseline; each weighs half as much every `half_life_days`."""

    half_life_days: float

    @property
    def look_back_days(self) -> float:
        return calendar(self._days) + super().look_back_days

    @property
    def sentence(self) -> str:
        return (
            f"{self.measure.name}, averaged with a half-life of {days_text(self.half_life_days)}, "
            f"{self.beyond}; clears at {self.clear:g} or less"
        )

    def scores(self, track: Track) -> Floats:
        distances = self.distances(track)
        ends = np.arange(1, track.size + 1, dtype=np.int64)
        starts = np.maximum(track.window_starts(self._days), ends - MOST_VALUES)
        scores = np.full(track.size, np.nan)
        for which, windows in side_by_side(starts, ends):
            ages = (track.times[windows[:, -1:]] - track.times[windows]) / DAY
            known = ~np.isnan(distances[windows])
            weights = np.where(known, 0.5 ** (ages / self.half_life_days), 0.0)
            total = np.sum(weights * np.where(known, distances[windows], 0.0), axis=1)
            scores[which] = total / np.where(known[:, -1], weights.sum(axis=1), np.nan)
        return scores

    def reason(self, track: Track, score: float) -> tuple[str, Iterable[int]]:
        text = (
            f"{self.measure.name}, averaged over the last days, is {score:.1f} robust standard deviations "
            f"{self.direction.side} what is usual (limit {self.limit:g})"
        )
        first = max(int(track.window_starts(self._days)[-1]), track.size - MOST_VALUES)
        return text, range(first, track.size)

    @property
    def _days(self) -> int:
        return ceil(HALF_LIVES * self.half_life_days)


@dataclass(frozen=True)
class Cusum(FromBaseline):
    """The largest sum of distances from the baseline, each less `slack`, of a run within `days` up to now."""

    days: int
    slack: float

    @property
    def look_back_days(self) -> float:
        return calendar(self.days) + super().look_back_days

    @property
    def sentence(self) -> str:
        return (
            f"{self.measure.name} adding up, within {days_text(self.days)} and each value less "
            f"{self.slack:g}, to {self.beyond}; clears at {self.clear:g} or less"
        )

    def scores(self, track: Track) -> Floats:
        distances = self.distances(track)
        sums = self._sums(distances)
        starts = np.concatenate([[0], track.window_starts(self.days)]).astype(np.int64)
        return np.where(np.isnan(distances), np.nan, (sums - window_minimum(sums, starts))[1:])

    def reason(self, track: Track, score: float) -> tuple[str, Iterable[int]]:
        start = int(track.window_starts(self.days)[-1])
        sums = self._sums(self.distances(track))
        first = min(start + int(np.argmin(sums[start:])), track.size - 1)
        text = (
            f"{self.measure.name} adds up to {score:.1f} robust standard deviations {self.direction.side} "
            f"what is usual, over {track.size - first} values in {days_text(self.days)} "
            f"(limit {self.limit:g})"
        )
        return text, range(first, track.size)

    def _sums(self, distances: Floats) -> Floats:
        """The sum of what came before each value, and of all (m + 1,)."""
        steps = np.where(np.isnan(distances), 0.0, distances - self.slack)
        return np.concatenate([[0.0], np.cumsum(steps)])
