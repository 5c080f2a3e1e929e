"""Readings by the calendar day of the patient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alerting.track import Track
from alerting.windows import DAY, Bools, Indices, window_starts

NOON = DAY / 2


@dataclass(frozen=True, eq=False)
class Days:
    """The days (d,) on which there are readings: their `dates`, and their first and last readings.

    `of` (m,) says of which of these days each reading is, `before_noon` (m,) in which half. Patient p has the
    days `starts[p]:starts[p + 1]`.
    """

    of: Indices
    before_noon: Bools
    dates: Indices
    first: Indices
    last: Indices
    starts: Indices

    @classmethod
    def of_track(cls, track: Track) -> Days:
        """The days of a track."""
        dates = track.dates
        begins = np.ones(track.size, dtype=bool)
        begins[1:] = (np.diff(dates) != 0) | (np.diff(track.series.patients[track.indices]) != 0)
        first = np.flatnonzero(begins).astype(np.int64)
        return cls(
            of=np.cumsum(begins) - 1,
            before_noon=track.series.wall_times[track.indices] % DAY < NOON,
            dates=dates[first],
            first=first,
            last=np.append(first[1:], track.size)[: first.size] - 1,
            starts=np.searchsorted(first, track.starts).astype(np.int64),
        )

    def window_starts(self, days: int) -> Indices:
        """For each day the first one of the patient that is among the last `days` dates (d,)."""
        return window_starts(self.dates, self.starts, days - 1)
