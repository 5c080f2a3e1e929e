"""What is judged: patients with their rules, and their readings as they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from alerting.rules import Rule, RuleSet
from alerting.series import Series
from edge_agent.wire.codes import AbsentReason
from edge_agent.wire.vitals import Vital

BEYOND = {AbsentReason.ABOVE_RANGE: np.inf, AbsentReason.BELOW_RANGE: -np.inf}
"""A value that the device could not say because it was too high or too low is judged as such."""


@dataclass(frozen=True, order=True)
class ReadingKey:
    """The key of a stored reading, or of an event; in order of time."""

    measured_at: datetime
    source_id: int
    tie: int


@dataclass(frozen=True)
class StoredReading:
    """A patient's reading as it is stored. `marks` are its device's flags; an event has its kind alone."""

    patient_id: int
    key: ReadingKey
    values: Mapping[Vital, float]
    absent: Mapping[str, str]
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Subject:
    """A patient who is judged: from when on readings are new, by which rules, and where the patient lives."""

    patient_id: int
    organisation_id: int
    since: datetime
    rules: tuple[Rule, ...]
    zone: ZoneInfo

    @property
    def look_back_days(self) -> float:
        return max((rule.kind.look_back_days for rule in self.rules), default=0.0)


def rules_of(programmes: Iterable[str], rule_sets: Mapping[str, RuleSet]) -> tuple[Rule, ...]:
    """The rules of the programmes that exist; two sets that hold the same rule do not double it."""
    found = {rule.rule_id: rule for name in programmes if name in rule_sets for rule in rule_sets[name].rules}
    return tuple(found.values())


def series_of(subjects: Sequence[Subject], readings: Sequence[StoredReading]) -> Series:
    """Readings, grouped in the order of `subjects`, as arrays."""
    counts = dict.fromkeys((subject.patient_id for subject in subjects), 0)
    for reading in readings:
        counts[reading.patient_id] += 1
    zones = {subject.patient_id: subject.zone for subject in subjects}
    measured = set[Vital]().union(*(reading.values for reading in readings))
    absent = set[str]().union(*(reading.absent for reading in readings))
    marks = set[str]().union(*(reading.marks for reading in readings))
    return Series(
        times=np.array([reading.key.measured_at.timestamp() for reading in readings]),
        vitals={
            vital.code: np.array([_number(reading, vital) for reading in readings])
            for vital in Vital
            if vital in measured or vital.code in absent
        },
        starts=np.concatenate([[0], np.cumsum(list(counts.values()))]).astype(np.int64),
        marks={mark: np.array([mark in reading.marks for reading in readings]) for mark in sorted(marks)},
        local_times=np.array(
            [_wall_clock(each.key.measured_at, zones[each.patient_id]) for each in readings]
        ),
    )


def _wall_clock(at: datetime, zone: ZoneInfo) -> float:
    """What the clock on the wall showed, as seconds since 1970."""
    return at.astimezone(zone).replace(tzinfo=UTC).timestamp()


def _number(reading: StoredReading, vital: Vital) -> float:
    if vital in reading.values:
        return reading.values[vital]
    reason = reading.absent.get(vital.code)
    return np.nan if reason is None else BEYOND.get(AbsentReason(reason), np.nan)
