"""A value that rose or fell over days: the newest against the lowest (highest) or the first of a window.

Where the days before have no value it is held against the last one that is known, however old.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from alerting.kinds.baseline import Unusual
from alerting.kinds.kind import Direction, calendar, days_text
from alerting.kinds.score_kind import ScoreKind
from alerting.series import Series
from alerting.track import Track
from alerting.verdict import Outcome, Outcomes
from alerting.windows import DAY, Floats, Indices, window_minimum


@dataclass(frozen=True)
class Change(ScoreKind):
    """A rise (or fall) of `limit` since `days` ago: over the best value since then, or over the first one.

    Without a value on the calendar days before, the last known one takes their place.
    With `unusual` a value that lies within what is usual for the patient raises nothing. As long as that is
    not known the change alone counts.
    """

    days: int
    direction: Direction = Direction.RISE
    from_first: bool = False
    unusual: Unusual | None = None

    @property
    def look_back_days(self) -> float:
        own = calendar(self.days + 1)
        return own if self.unusual is None else max(own, self.unusual.look_back_days)

    @property
    def known_before(self) -> tuple[str, ...]:
        return self.vitals

    @property
    def needs(self) -> str:
        return f"2 values of {self.measure.name}"

    @property
    def sentence(self) -> str:
        best = "lowest" if self.direction is Direction.RISE else "highest"
        side = self.direction.side
        against = "the first value" if self.from_first else f"the {best} value"
        unusual = "" if self.unusual is None else f" and, once that is known, {self.unusual.beyond}"
        return (
            f"{self.measure.name} {self.measure.text(self.limit)} or more {side} {against} "
            f"since {days_text(self.days)} ago, or the last known one{unusual}; "
            f"clears at {self.measure.text(self.clear)} or less"
        )

    def outcomes(self, series: Series) -> Outcomes:
        """The Outcome at each reading (n,), int8."""
        outcomes = super().outcomes(series)
        if self.unusual is not None:
            usual = np.isin(self.unusual.outcomes(series), (Outcome.CLEAR, Outcome.KEEP))
            outcomes[(outcomes == Outcome.RAISE) & usual] = Outcome.KEEP
        return outcomes

    def scores(self, track: Track) -> Floats:
        starts = self._starts(track)
        values = self.direction.sign * track.values
        against = values[starts] if self.from_first else window_minimum(values, starts)
        return np.where(starts < np.arange(track.size), values - against, np.nan)

    def reason(self, track: Track, score: float) -> tuple[str, Iterable[int]]:
        first, last = int(self._starts(track)[-1]), track.size - 1
        lowest = first + int(np.argmin(self.direction.sign * track.values[first:]))
        against = first if self.from_first else lowest
        days = (track.times[last] - track.times[against]) / DAY
        name, unit, sign = self.measure.name, self.measure.unit, self.direction.sign
        text = (
            f"{name} {track.values[last]:g} {unit}, {sign * score:+.1f} {unit} in {days:.1f} days "
            f"(limit {sign * self.limit:+g} {unit} in {days_text(self.days)})"
        )
        return text, sorted({against, last})

    def _starts(self, track: Track) -> Indices:
        """The first value (m,) that each is held against."""
        starts = track.window_starts(self.days + 1)
        today = track.window_starts(1)
        patients = track.series.patients[track.indices]
        last_known = np.maximum(today - 1, track.starts[patients])
        return np.where(starts == today, last_known, starts)
