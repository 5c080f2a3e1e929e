"""Readings of one patient or many, as arrays."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from alerting.windows import DAY, Bools, Floats, Indices

STRANGE = "strange-weight"
"""The mark of a weight that is nobody's until somebody says whose it is."""


def failed(vital: str) -> str:
    """The mark of readings whose device tried to measure a vital, and had no value."""
    return f"failed:{vital}"


@dataclass(frozen=True, eq=False)
class Series:
    """The readings of `starts.size - 1` patients, one after another, each in order of time.

    `times` (n,) are seconds since 1970 UTC. `vitals` are arrays (n,) in the vital's canonical unit: NaN
    where a reading has no such value, an infinity where it was beyond what the device can say. Patient p
    has the readings `starts[p]:starts[p + 1]`. `marks` (n,) are true at readings that carry a device's
    flag or an event of that name. `personal` (patients,) are a patient's own numbers, NaN where nobody has
    set one. `local_times` (n,) are what the clock on the patient's wall showed, as seconds since 1970;
    None: it is that of UTC.
    `doubtful` are the names of marks by which a device doubts what it measured itself.
    Raises ValueError on arrays that do not fit together and on readings out of order.
    """

    times: Floats
    vitals: Mapping[str, Floats]
    starts: Indices
    marks: Mapping[str, Bools] = field(default_factory=dict)
    personal: Mapping[str, Floats] = field(default_factory=dict)
    local_times: Floats | None = None
    doubtful: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        local = () if self.local_times is None else (self.local_times,)
        arrays = (self.times, *self.vitals.values(), *self.marks.values(), *local)
        sizes = {int(self.starts[-1]), *(array.size for array in arrays)}
        if len(sizes) != 1:
            raise ValueError(f"arrays of different length: {sorted(sizes)}")
        if self.starts[0] != 0 or np.any(np.diff(self.starts) < 0):
            raise ValueError("the patients' starts must begin with 0 and never fall")
        if any(numbers.size != self.starts.size - 1 for numbers in self.personal.values()):
            raise ValueError(f"expected personal numbers of {self.starts.size - 1} patients")
        if not np.isfinite(self.times).all():
            raise ValueError("a reading has no time")
        backwards = np.flatnonzero((np.diff(self.times) < 0) & (np.diff(self.patients) == 0))
        if backwards.size:
            raise ValueError(f"reading {backwards[0] + 1} is older than the one before it")

    @classmethod
    def of_one(cls, times: Floats, vitals: Mapping[str, Floats]) -> Series:
        """The series of a single patient."""
        return cls(times, vitals, np.array([0, times.size], dtype=np.int64))

    def vital(self, code: str) -> Floats:
        """The values of one vital (n,), all NaN where nobody measured it."""
        values = self.vitals.get(code)
        return np.full(self.times.size, np.nan) if values is None else values

    def mark(self, name: str) -> Bools:
        """Which readings (n,) carry the mark."""
        marked = self.marks.get(name)
        return np.zeros(self.times.size, dtype=bool) if marked is None else marked

    def personal_number(self, name: str) -> Floats:
        """The number of its patient at each reading (n,), NaN where it is not set."""
        numbers = self.personal.get(name)
        return np.full(self.times.size, np.nan) if numbers is None else numbers[self.patients]

    def doubts(self, index: int) -> list[str]:
        """By which marks the device doubts this reading."""
        return [name for name in sorted(self.doubtful) if self.mark(name)[index]]

    @cached_property
    def doubted_by_device(self) -> Bools:
        """Which readings (n,) their device doubts."""
        doubted = np.zeros(self.times.size, dtype=bool)
        for name in self.doubtful & self.marks.keys():
            doubted |= self.marks[name]
        return doubted

    @cached_property
    def in_doubt(self) -> Bools:
        """Which readings (n,) their device doubts, or may be somebody else's."""
        return self.doubted_by_device | self.mark(STRANGE)

    @cached_property
    def patients(self) -> Indices:
        """The patient of each reading (n,)."""
        return np.repeat(np.arange(self.starts.size - 1, dtype=np.int64), np.diff(self.starts))

    @cached_property
    def wall_times(self) -> Floats:
        """What the clock on the patient's wall showed at each reading (n,), as seconds since 1970."""
        return self.times if self.local_times is None else self.local_times

    @cached_property
    def local_days(self) -> Indices:
        """The calendar day of each reading where the patient is (n,).

        A clock set back over midnight does not bring yesterday back: a patient's days never fall.
        """
        days = np.floor(self.wall_times / DAY).astype(np.int64)
        if days.size == 0:
            return days
        stride = int(np.ptp(days)) + 1
        rising: Indices = np.maximum.accumulate(days + self.patients * stride)
        return rising - self.patients * stride

    def only(self, chosen: Bools) -> tuple[Series, Indices]:
        """The chosen readings (n,), and their indices (m,) in this series."""
        indices = np.flatnonzero(chosen).astype(np.int64)
        part = Series(
            times=self.times[indices],
            vitals={code: values[indices] for code, values in self.vitals.items()},
            starts=np.searchsorted(indices, self.starts).astype(np.int64),
            marks={name: marked[indices] for name, marked in self.marks.items()},
            personal=self.personal,
            local_times=None if self.local_times is None else self.local_times[indices],
            doubtful=self.doubtful,
        )
        return part, indices

    def until(self, index: int, days: float, known_before: Collection[str] = ()) -> tuple[Series, int]:
        """One patient's readings from `days` before a reading up to it, and the index of the first.

        They begin earlier with the last value of `known_before`, vitals, that is older than that.
        """
        patient = int(self.patients[index])
        first = int(self.starts[patient])
        first += int(np.searchsorted(self.times[first : index + 1], self.times[index] - days * DAY))
        start = int(self.starts[patient])
        older = [np.flatnonzero(np.isfinite(self.vital(code)[start:first])) for code in known_before]
        first = min([first, *(start + int(each[-1]) for each in older if each.size)])
        here = slice(first, index + 1)
        part = Series(
            times=self.times[here],
            vitals={code: values[here] for code, values in self.vitals.items()},
            starts=np.array([0, index + 1 - first], dtype=np.int64),
            marks={name: marked[here] for name, marked in self.marks.items()},
            personal={name: numbers[patient : patient + 1] for name, numbers in self.personal.items()},
            local_times=None if self.local_times is None else self.local_times[here],
            doubtful=self.doubtful,
        )
        return part, first
