"""A rule: what is judged, how much it matters, where it comes from and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from alerting.kinds.gain import Gain
from alerting.kinds.threshold import Threshold

RuleKind = Threshold | Gain


class Priority(StrEnum):
    """FHIR R4 request-priority, from least to most."""

    ROUTINE = "routine"
    URGENT = "urgent"
    ASAP = "asap"
    STAT = "stat"


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
    steps: tuple[str, ...]


@dataclass(frozen=True)
class RuleSet:
    """The rules of one programme."""

    name: str
    version: str
    title: str
    rules: tuple[Rule, ...]
