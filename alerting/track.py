"""The values of one vital, without the readings that have none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from alerting.series import Series
from alerting.verdict import Outcome, Outcomes
from alerting.windows import Bools, Floats, Indices, window_starts


@dataclass(frozen=True, eq=False)
class Track:
    """Some readings of a series: `indices` (m,) in it, their `times` and `values` (m,); `starts` as there.

    A value beyond the device's range is a breach of limits, but no number to reckon with: it is left out.
    """

    series: Series
    indices: Indices
    times: Floats
    values: Floats
    starts: Indices

    @classmethod
    def of(cls, series: Series, vital: str) -> Track:
        """The finite values of a vital."""
        return cls.where(series, np.isfinite(series.vital(vital)), series.vital(vital))

    @classmethod
    def where(cls, series: Series, chosen: Bools, values: Floats) -> Track:
        """The chosen readings."""
        indices = np.flatnonzero(chosen).astype(np.int64)
        starts = np.searchsorted(indices, series.starts).astype(np.int64)
        return cls(series, indices, series.times[indices], values[indices], starts)

    @property
    def size(self) -> int:
        return self.indices.size

    @cached_property
    def dates(self) -> Indices:
        """The calendar day of each value where the patient is (m,)."""
        return self.series.local_days[self.indices]

    def window_starts(self, days: int) -> Indices:
        """For each value the first one of the patient's last `days` calendar days, its own the last (m,)."""
        return window_starts(self.dates, self.starts, days - 1)

    def spread(self, outcomes: Outcomes) -> Outcomes:
        """Outcomes at all readings (n,) from those at the values (m,): no data at the others."""
        spread = np.full(self.series.times.size, Outcome.NO_DATA, dtype=np.int8)
        spread[self.indices] = outcomes
        return spread
