"""A rule: what is judged, how much it matters, where it comes from and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from alerting.kinds.kind import RuleKind


class Priority(StrEnum):
    """FHIR R4 request-priority, from least to most."""

    ROUTINE = "routine"
    URGENT = "urgent"
    ASAP = "asap"
    STAT = "stat"

    @property
    def rank(self) -> int:
        """Its place in that order, the least 0."""
        return _RANKED.index(self)

    def outranks(self, other: Priority) -> bool:
        return self.rank > other.rank


_RANKED = tuple(Priority)
MOST_PRESSING_FIRST = tuple(reversed(Priority))
"""The order of a task list."""


class Strength(StrEnum):
    """What stands behind a rule's numbers, from most to least."""

    RECOMMENDED = "recommended"  # a guideline recommends to act on this number
    DEFINED = "defined"  # a guideline defines the condition by this number
    CONSENSUS = "consensus"  # advice of experts, not tested by itself
    OURS = "ours"  # our own choice, to be confirmed by those who use it


class Requirement(StrEnum):
    """What must be so of a patient before a rule is for them."""

    ADULT = "adult"
    NOT_PREGNANT = "not-pregnant"
    NO_HYPERCAPNIC_LUNG_DISEASE = "no-hypercapnic-lung-disease"


ADULT_FROM_YEARS = 18
"""As in the guidelines that the shipped limits come from, e.g. 2017 ACC/AHA, section 1.5: 18 and over."""


def is_adult(birth_date: date, today: date) -> bool:
    """Whether somebody has turned 18."""
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return today.year - birth_date.year - (not had_birthday) >= ADULT_FROM_YEARS


@dataclass(frozen=True)
class Applicability:
    """Whom rules are for, and who says so."""

    requirement: Requirement
    source: str


class RepeatUse(StrEnum):
    """What a second measurement is for."""

    MEASUREMENT_CHECK = "measurement-check"  # a normal one shows that the first was wrong, and withdraws it
    RECOVERY_CHECK = "recovery-check"  # it shows how the patient is now, and withdraws nothing


@dataclass(frozen=True)
class Repeat:
    """The second measurement that is asked for beside a raise: from when after it, and for how long."""

    use: RepeatUse
    after_minutes: float
    within_minutes: float
    source: str


@dataclass(frozen=True)
class Rule:
    """One rule of a rule set. `condition` is what it finds: rules that find the same share a task."""

    rule_id: str
    version: str
    condition: str
    title: str
    priority: Priority
    kind: RuleKind
    source: str
    strength: Strength
    steps: tuple[str, ...]
    whom: tuple[Applicability, ...]  # beside those of its set
    notes: tuple[str, ...]  # where its other numbers come from: where it clears, how far it may be loosened
    repeat: Repeat | None = None
    needs_review: bool = False  # another person confirms how its task ends
    hard_floor: float | None = None  # how far one clinician may loosen its one limit


@dataclass(frozen=True)
class RuleSet:
    """The rules of one programme."""

    name: str
    version: str
    title: str
    whom: tuple[Applicability, ...]
    rules: tuple[Rule, ...]

    @property
    def is_pressing(self) -> bool:
        """Whether any of its rules cannot wait for the next working day."""
        return any(rule.priority is not Priority.ROUTINE for rule in self.rules)

    @property
    def is_for_adults(self) -> bool:
        """Whether any of its limits holds for adults only."""
        whom = (*self.whom, *(each for rule in self.rules for each in rule.whom))
        return any(each.requirement is Requirement.ADULT for each in whom)
