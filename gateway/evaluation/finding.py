"""What a judgement knows beforehand, and what it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from alerting.episodes import Episode
from alerting.policy import Effect, Work
from alerting.repeat import Check, RepeatState
from alerting.rules import Priority, Rule
from gateway.readings.subjects import ReadingKey, Subject

Condition = tuple[int, str]
"""A patient's id and a condition."""


@dataclass(frozen=True)
class PriorState:
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
    is_critical: bool = False
    doubt: str | None = None  # why it may not be the patient's
    error: str | None = None  # the kind of exception of a rule that could not say why


@dataclass(frozen=True)
class Finding:
    """What is new of one condition of one patient.

    `episodes` are new or changed ones; `raises`, in order of time, those nobody was told of; `effect` what
    they, or the end of the last episode, do to the patient's task. `moved` are readings that people were told
    of, and the episode they are part of now, because a late reading parts it; `absorbed` are episodes that a
    late raise has made part of another, by their numbers. A late raise is of what was, and `into` is the
    condition whose task it joins, if that is another one. `check` is the repeat to be asked for, `repeated`
    what one has shown.
    """

    subject: Subject
    condition: str
    episodes: tuple[Episode, ...]
    raises: tuple[Raise, ...]
    effect: Effect | None
    moved: tuple[tuple[ReadingKey, int], ...] = ()
    absorbed: tuple[tuple[int, int], ...] = ()
    is_late: bool = False
    into: str | None = None
    check: Check | None = None
    repeated: RepeatState | None = None

    @property
    def task_of(self) -> Condition:
        """Whose task it changes."""
        return self.subject.patient_id, self.into or self.condition

    def episodes_after(self, before: Sequence[Episode]) -> tuple[Episode, ...]:
        """The condition's episodes once this is written, of those that were there."""
        gone = {number for number, _ in self.absorbed}
        standing = {each.number: each for each in before if each.number not in gone}
        return tuple((standing | {each.number: each for each in self.episodes}).values())


@dataclass(frozen=True)
class Failure:
    """A rule that could not judge a subject, or not say why it raised.

    Of the exception its kind alone: its words may hold a value.
    """

    subject: Subject
    rule: Rule
    error: str


@dataclass(frozen=True)
class Judgement:
    """What follows, and which rules could not judge whom."""

    findings: Sequence[Finding]
    failures: Sequence[Failure] = ()


def lead(raises: Sequence[Raise]) -> Raise:
    """The raise that decides for all, in order of time: the first of the most pressing ones."""
    return max(raises, key=lambda each: each.rule.priority.rank)
