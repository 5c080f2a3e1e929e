"""What is judged: patients with their rules, and their readings as they are stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from alerting.rules import Rule
from alerting.series import STRANGE, Series, failed
from alerting.strangers import strange_weights
from alerting.windows import Bools
from edge_agent.wire.codes import AbsentReason, Bearing, Flag
from edge_agent.wire.vitals import Vital
from gateway.wall_clock import wall_clock

BEYOND = {AbsentReason.ABOVE_RANGE: np.inf, AbsentReason.BELOW_RANGE: -np.inf}
"""A value that the device could not say because it was too high or too low is judged as such."""
FAILED = frozenset(AbsentReason) - BEYOND.keys() - {AbsentReason.OTHER_ANALYTE}
"""Why there is no value although somebody measured."""
KNOWN_DAYS = 15
"""Before the look-back so many days with a value are read of what changes are held against: the newest of
them is held against those before it, to see whether it is the patient's."""
DOUBTFUL = frozenset(flag.code for flag in Flag if flag.bearing is Bearing.IN_DOUBT)


@dataclass(frozen=True, order=True)
class ReadingKey:
    """The key of a stored reading, or of an event; in order of time."""

    measured_at: datetime
    source_id: int
    tie: int


@dataclass(frozen=True)
class JudgedReading:
    """A patient's reading as it is stored. `marks` are its device's flags; an event has its kind alone."""

    patient_id: int
    key: ReadingKey
    values: Mapping[Vital, float]
    absent: Mapping[str, str]
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Subject:
    """A patient who is judged: from when on readings are new, by which rules, and where the patient lives.

    `numbers` are the patient's own. `rejudged` says why what was judged before is judged again.
    """

    patient_id: int
    organisation_id: int
    since: datetime
    rules: tuple[Rule, ...]
    zone: ZoneInfo
    numbers: Mapping[str, float] = field(default_factory=dict)
    rejudged: str | None = None

    @property
    def look_back_days(self) -> float:
        return max((rule.kind.look_back_days for rule in self.rules), default=0.0)

    @property
    def known_before(self) -> tuple[str, ...]:
        """The vitals of which older values are read too."""
        return tuple(dict.fromkeys(vital for rule in self.rules for vital in rule.kind.known_before))


@dataclass(frozen=True)
class Columns:
    """Readings side by side, grouped in the order of their subjects, each in order of time.

    `marks` are the readings that carry a flag or an event, by its name.
    """

    patient_ids: Sequence[int]
    measured_at: Sequence[datetime]
    values: Mapping[Vital, Sequence[float | None]]
    absent: Sequence[Mapping[str, str] | None]
    marks: Mapping[str, Bools]


@dataclass(frozen=True, eq=False)
class History:
    """The readings of subjects as arrays, and which stored reading each of them is."""

    series: Series
    key: Callable[[int], ReadingKey]

    @classmethod
    def of(cls, subjects: Sequence[Subject], readings: Sequence[JudgedReading]) -> History:
        """From readings one by one."""
        names = set[str]().union(*(reading.marks for reading in readings))
        columns = Columns(
            patient_ids=[reading.patient_id for reading in readings],
            measured_at=[reading.key.measured_at for reading in readings],
            values={vital: [reading.values.get(vital) for reading in readings] for vital in Vital},
            absent=[reading.absent for reading in readings],
            marks={name: np.array([name in reading.marks for reading in readings]) for name in sorted(names)},
        )
        return cls(series_of(subjects, columns), lambda index: readings[index].key)


def series_of(subjects: Sequence[Subject], columns: Columns) -> Series:
    """Readings as arrays of numbers: what a device could not say is beyond all numbers, or is none."""
    numbers = {
        vital: np.array(column, dtype=np.float64)
        for vital, column in columns.values.items()
        if column.count(None) < len(column)  # most patients measure one thing or two
    }
    marks = dict(columns.marks)
    for index, absent in enumerate(columns.absent):
        for code, reason in absent.items() if absent else ():
            values = numbers.setdefault(Vital.from_code(code), np.full(len(columns.absent), np.nan))
            if np.isnan(values[index]):
                values[index] = BEYOND.get(AbsentReason(reason), np.nan)
            if AbsentReason(reason) in FAILED and np.isnan(values[index]):
                marks.setdefault(failed(code), np.zeros(values.size, dtype=bool))[index] = True
    counts = Counter(columns.patient_ids)
    starts = np.cumsum([0, *(counts[subject.patient_id] for subject in subjects)], dtype=np.int64)
    times = np.array([at.timestamp() for at in columns.measured_at])
    local_times = np.empty(times.size)
    for zone in {subject.zone for subject in subjects}:
        here = np.repeat([subject.zone == zone for subject in subjects], np.diff(starts))
        local_times[here] = wall_clock(times[here], zone)
    series = Series(
        times=times,
        vitals={vital.code: values for vital, values in numbers.items()},
        starts=starts,
        marks=marks,
        personal={
            name: np.array([subject.numbers.get(name, np.nan) for subject in subjects])
            for name in sorted(set[str]().union(*(subject.numbers for subject in subjects)))
        },
        local_times=local_times,
        doubtful=DOUBTFUL,
    )
    return replace(series, marks={**marks, STRANGE: strange_weights(series)})
