"""Readings of one patient or many, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

DAY = 86_400.0
"""Seconds in a day; days in rules are spans of time, not calendar days."""


@dataclass(frozen=True, eq=False)
class Series:
    """The readings of `starts.size - 1` patients, one after another, each in order of time.

    `times` (n,) are seconds since 1970 UTC. `vitals` are arrays (n,) in the vital's canonical unit: NaN
    where a reading has no such value, an infinity where it was beyond what the device can say. Patient p
    has the readings `starts[p]:starts[p + 1]`.
    """

    times: Floats
    vitals: Mapping[str, Floats]
    starts: Indices

    def __post_init__(self) -> None:
        sizes = {self.times.size, *(values.size for values in self.vitals.values()), int(self.starts[-1])}
        if len(sizes) != 1:
            raise ValueError(f"arrays of different length: {sorted(sizes)}")

    @classmethod
    def of_one(cls, times: Floats, vitals: Mapping[str, Floats]) -> Series:
        """The series of a single patient."""
        return cls(times, vitals, np.array([0, times.size], dtype=np.int64))

    def vital(self, code: str) -> Floats:
        """The values of one vital (n,), all NaN where nobody measured it."""
        values = self.vitals.get(code)
        return np.full(self.times.size, np.nan) if values is None else values

    @cached_property
    def patients(self) -> Indices:
        """The patient of each reading (n,)."""
        return np.repeat(np.arange(self.starts.size - 1, dtype=np.int64), np.diff(self.starts))

    def window_starts(self, days: float) -> Indices:
        """For each reading the first one of the same patient that is at most `days` older (n,)."""
        if self.times.size == 0:
            return np.zeros(0, dtype=np.int64)
        # Patients laid end to end on one time axis, further apart than any window reaches.
        stride = float(np.ptp(self.times)) + days * DAY + 1.0
        axis = (self.times - self.times.min()) + self.patients * stride
        starts: Indices = np.searchsorted(axis, axis - days * DAY, side="left").astype(np.int64)
        return starts
