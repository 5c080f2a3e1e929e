"""Rules over the series of many patients at once: what is new, and what it asks of people. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from alerting.answers import Answers
from alerting.episodes import Course, Episode, follow
from alerting.policy import NO_WORK, Effect, Work, after_clear, after_raise, counted_from
from alerting.rules import Priority, Rule
from alerting.verdict import Outcome
from alerting.windows import Floats
from gateway.evaluation.subjects import History, ReadingKey, Subject

Condition = tuple[int, str]
"""A patient's id and a condition."""


@dataclass(frozen=True)
class Known:
    """What earlier judgements left behind, by condition.

    `told` says of each reading that raised how much it mattered: one that matters more now is told again.
    """

    episodes: Mapping[Condition, Sequence[Episode]] = field(default_factory=dict)
    told: Mapping[Condition, Mapping[ReadingKey, Priority]] = field(default_factory=dict)
    work: Mapping[Condition, Work] = field(default_factory=dict)


@dataclass(frozen=True)
class Raise:
    """A reading that raises a rule, in words; the episode it belongs to, and the readings it rests on."""

    key: ReadingKey
    rule: Rule
    episode_number: int
    reason: str
    evidence: tuple[ReadingKey, ...]


@dataclass(frozen=True)
class Finding:
    """What is new of one condition of one patient.

    `episodes` are new or changed ones; `raises`, in order of time, those nobody was told of; `effect` what
    they, or the end of the last episode, do to the patient's task.
    """

    subject: Subject
    condition: str
    episodes: tuple[Episode, ...]
    raises: tuple[Raise, ...]
    effect: Effect | None


def judge(subjects: Sequence[Subject], history: History, known: Known) -> Iterator[Finding]:
    """What follows from the subjects' readings."""
    series = history.series
    if not series.times.size:
        return
    rules = {rule.rule_id: rule for subject in subjects for rule in subject.rules}
    answers = {
        rule_id: Answers.of(rule, series, _counted_from(rule, subjects, known))
        for rule_id, rule in rules.items()
    }
    for number, subject in enumerate(subjects):
        start, end = int(series.starts[number]), int(series.starts[number + 1])
        start += int(np.searchsorted(series.times[start:end], subject.since.timestamp()))
        for condition, rule_ids in _by_condition(subject).items():
            new = _New(history, [answers[each] for each in rule_ids], start, end)
            finding = _find(subject, condition, new, known)
            if finding.episodes or finding.raises:
                yield finding


@dataclass(frozen=True)
class _New:
    """The readings `start:end` of one patient, and what the rules of one condition answer at them."""

    history: History
    answers: Sequence[Answers]  # of the most pressing rule first: it tells what it raises
    start: int
    end: int

    def follow(self, episodes: Sequence[Episode], told: Mapping[ReadingKey, Priority]) -> Course:
        """A condition raises where one of its rules does, and clears where one does and none holds on."""
        outcomes = np.max([each.outcomes[self.start : self.end] for each in self.answers], axis=0)
        is_told = np.zeros(outcomes.size, dtype=bool)
        for offset in np.flatnonzero(outcomes == Outcome.RAISE).tolist():
            before = told.get(self.history.key(self.start + offset))
            rule = self._raising(self.start + offset).rule
            is_told[offset] = before is not None and not rule.priority.outranks(before)
        return follow(self.history.series.times[self.start : self.end], outcomes, is_told, episodes)

    def raises(self, course: Course) -> Iterator[Raise]:
        for offset, number in course.raises:
            index = self.start + offset
            answers = self._raising(index)
            verdict = answers.explain(index)
            evidence = tuple(self.history.key(each) for each in verdict.evidence)
            yield Raise(self.history.key(index), answers.rule, number, verdict.reason, evidence)

    def _raising(self, index: int) -> Answers:
        return next(each for each in self.answers if each.outcomes[index] == Outcome.RAISE)


def _find(subject: Subject, condition: str, new: _New, known: Known) -> Finding:
    key = (subject.patient_id, condition)
    before, work = known.episodes.get(key, ()), known.work.get(key, NO_WORK)
    course = new.follow(before, known.told.get(key, {}))
    changed = tuple(episode for episode in course.episodes if episode not in before)
    raises = tuple(new.raises(course))
    effect = None
    if raises:
        leading = lead(raises)
        effect = after_raise(leading.rule.priority, leading.episode_number, work)
    elif changed and all(episode.cleared_at is not None for episode in course.episodes):
        effect = after_clear(work)
    return Finding(subject, condition, changed, raises, effect)


def lead(raises: Sequence[Raise]) -> Raise:
    """The raise that decides for all, in order of time: the first of the most pressing ones."""
    return max(raises, key=lambda each: each.rule.priority.rank)


def _counted_from(rule: Rule, subjects: Sequence[Subject], known: Known) -> Floats:
    works = [known.work.get((each.patient_id, rule.condition), NO_WORK) for each in subjects]
    return np.array([counted_from(rule.priority, work) for work in works])


def _by_condition(subject: Subject) -> Mapping[str, list[str]]:
    """The ids of the rules of each condition, the most pressing first, else as in their files."""
    found: dict[str, list[str]] = defaultdict(list)
    for rule in sorted(subject.rules, key=lambda rule: rule.priority.rank, reverse=True):
        found[rule.condition].append(rule.rule_id)
    return found
