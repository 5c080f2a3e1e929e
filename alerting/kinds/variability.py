"""Values that scatter: the standard deviation of a window, or its share of the mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from alerting.kinds.kind import calendar, days_text
from alerting.kinds.score_kind import ScoreKind
from alerting.track import Track
from alerting.windows import MOST_VALUES, Floats, side_by_side

PERCENT = 100.0


@dataclass(frozen=True)
class Variability(ScoreKind):
    """A sample standard deviation of `limit` over `days`, or a coefficient of variation in per cent."""

    days: int
    least_values: int
    of_mean: bool = False

    @property
    def look_back_days(self) -> float:
        return calendar(self.days)

    @property
    def needs(self) -> str:
        return f"{self.least_values} values of {self.measure.name} in {days_text(self.days)}"

    @property
    def sentence(self) -> str:
        return (
            f"{self._spread} of {self.measure.name} over {days_text(self.days)} at least "
            f"{self._text(self.limit)}; clears at {self._text(self.clear)} or less"
        )

    def scores(self, track: Track) -> Floats:
        ends = np.arange(1, track.size + 1, dtype=np.int64)
        starts = np.maximum(track.window_starts(self.days), ends - MOST_VALUES)
        enough = np.flatnonzero(ends - starts >= self.least_values)
        scores = np.full(track.size, np.nan)
        for which, windows in side_by_side(starts[enough], ends[enough]):
            values = track.values[windows]
            spread = values.std(axis=1, ddof=1)
            scores[enough[which]] = PERCENT * spread / values.mean(axis=1) if self.of_mean else spread
        return scores

    def reason(self, track: Track, score: float) -> tuple[str, Iterable[int]]:
        first = max(int(track.window_starts(self.days)[-1]), track.size - MOST_VALUES)
        text = (
            f"{self._spread} of {self.measure.name} {self._text(round(score, 1))} over "
            f"{days_text(self.days)}, from {track.size - first} values (limit {self._text(self.limit)})"
        )
        return text, range(first, track.size)

    @property
    def _spread(self) -> str:
        return "coefficient of variation" if self.of_mean else "standard deviation"

    def _text(self, number: float) -> str:
        return f"{number:g} %" if self.of_mean else self.measure.text(number)
