"""Rules over the series of many patients at once: which raises are new, and to which episodes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from alerting.episodes import Course, Episode, follow
from alerting.rules import Priority, Rule, RuleSet
from alerting.series import Series
from alerting.verdict import Outcome
from edge_agent.wire.codes import AbsentReason
from edge_agent.wire.vitals import Vital

BEYOND = {AbsentReason.ABOVE_RANGE: np.inf, AbsentReason.BELOW_RANGE: -np.inf}
"""A value that the device could not say because it was too high or too low is judged as such."""


@dataclass(frozen=True, order=True)
class ReadingKey:
    """The key of a stored reading; in order of time."""

    measured_at: datetime
    source_id: int
    tie: int


@dataclass(frozen=True)
class StoredReading:
    """A patient's reading as it is stored."""

    patient_id: int
    key: ReadingKey
    values: Mapping[Vital, float]
    absent: Mapping[str, str]


@dataclass(frozen=True)
class Subject:
    """A patient who is judged: from when on readings are new, and by which rules."""

    patient_id: int
    organisation_id: int
    since: datetime
    rules: tuple[Rule, ...]

    @property
    def look_back_days(self) -> float:
        return max((rule.kind.look_back_days for rule in self.rules), default=0.0)


@dataclass(frozen=True)
class Raise:
    """A reading that raises a rule's condition, in words, and the episode it belongs to."""

    key: ReadingKey
    episode_number: int
    reason: str
    from_at: datetime  # the oldest reading it was held against


@dataclass(frozen=True)
class Finding:
    """What one rule found for one patient: episodes new or changed, and raises nobody was told of."""

    subject: Subject
    rule: Rule
    episodes: tuple[Episode, ...]
    raises: tuple[Raise, ...]


_ORDER = tuple(Priority)

Condition = tuple[int, str]
"""A patient's id and a condition."""


def rules_of(programmes: Iterable[str], rule_sets: Mapping[str, RuleSet]) -> tuple[Rule, ...]:
    """The rules of the programmes that exist; two sets that hold the same rule do not double it."""
    found = {rule.rule_id: rule for name in programmes if name in rule_sets for rule in rule_sets[name].rules}
    return tuple(found.values())


def judge(
    subjects: Sequence[Subject],
    readings: Sequence[StoredReading],
    episodes: Mapping[Condition, Sequence[Episode]],
    told: set[tuple[Condition, ReadingKey]],
) -> Iterator[Finding]:
    """What follows from `readings` (grouped in the order of `subjects`, each in order of time).

    The most pressing rules come first: a reading is told once for a condition, by the one that asks most.
    """
    if not readings:
        return
    series = _series(subjects, readings)
    told, episodes = set(told), dict(episodes)
    rules = {rule.rule_id: rule for subject in subjects for rule in subject.rules}.values()
    for rule in sorted(rules, key=lambda rule: _ORDER.index(rule.priority), reverse=True):
        outcomes = rule.kind.outcomes(series)
        for number, subject in enumerate(subjects):
            if rule not in subject.rules:
                continue
            condition = (subject.patient_id, rule.condition)
            start, end = int(series.starts[number]), int(series.starts[number + 1])
            start += int(np.searchsorted(series.times[start:end], subject.since.timestamp()))
            keys = [reading.key for reading in readings[start:end]]
            before = episodes.get(condition, ())
            told_here = np.array([(condition, key) in told for key in keys], dtype=bool)
            course = follow(series.times[start:end], outcomes[start:end], told_here, before)
            raises = tuple(_raises(rule, series, start, keys, course))
            told |= {(condition, each.key) for each in raises}
            episodes[condition] = course.episodes
            changed = tuple(episode for episode in course.episodes if episode not in before)
            yield Finding(subject, rule, changed, raises)


def _raises(
    rule: Rule, series: Series, start: int, keys: Sequence[ReadingKey], course: Course
) -> Iterator[Raise]:
    for index, number in course.raises:
        verdict = rule.kind.explain(series, start + index, Outcome.RAISE)
        from_at = datetime.fromtimestamp(float(series.times[min(verdict.evidence)]), UTC)
        yield Raise(keys[index], number, verdict.reason, from_at)


def _series(subjects: Sequence[Subject], readings: Sequence[StoredReading]) -> Series:
    counts = dict.fromkeys((subject.patient_id for subject in subjects), 0)
    for reading in readings:
        counts[reading.patient_id] += 1
    return Series(
        times=np.array([reading.key.measured_at.timestamp() for reading in readings]),
        vitals={
            vital.code: np.array([_number(reading, vital) for reading in readings])
            for vital in Vital
            if any(vital in reading.values or vital.code in reading.absent for reading in readings)
        },
        starts=np.concatenate([[0], np.cumsum(list(counts.values()))]).astype(np.int64),
    )


def _number(reading: StoredReading, vital: Vital) -> float:
    if vital in reading.values:
        return reading.values[vital]
    reason = reading.absent.get(vital.code)
    return np.nan if reason is None else BEYOND.get(AbsentReason(reason), np.nan)
