"""A patient's own limits: which numbers of a rule can be set, how far, and what the rule is then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from alerting.kinds.average import Average
from alerting.kinds.bound import Limit
from alerting.kinds.count import Count
from alerting.kinds.kind import RuleKind
from alerting.kinds.score_kind import ScoreKind
from alerting.kinds.target import OffTarget
from alerting.kinds.threshold import Threshold
from alerting.rules import Rule
from edge_agent.wire.vitals import Vital
from gateway.rules.critical_values import CriticalValues

RuleVital = tuple[str, str]
"""A rule's id and a vital's code: what a limit is of."""


class LimitChange(StrEnum):
    """What a new limit is against the one in force."""

    TIGHTER = "tighter"  # or as tight
    LOOSER = "looser"  # a clinician's to decide
    PAST_FLOOR = "past-floor"  # looser than one clinician may decide: a second one and an end date are needed
    BEYOND_DOUBT = "beyond-doubt"  # nobody's to decide: values that are always told would not be


@dataclass(frozen=True)
class Settable:
    """A limit of a rule as it is shipped. `outward` is 1 where a higher one is looser, else -1.

    A limit lies between `least` and `most`. `furthest` is as far as one clinician may loosen it,
    `always_told` from where on values are told whatever the limit; None where nobody has said so.
    """

    rule_id: str
    title: str
    vital: str
    name: str
    unit: str
    words: str
    value: float
    outward: float
    least: float
    most: float
    furthest: float | None = None
    always_told: float | None = None

    @property
    def key(self) -> RuleVital:
        return self.rule_id, self.vital

    def step(self, before: float, after: float) -> LimitChange:
        """What going from one limit to another is; the same again is no loosening."""
        if self.always_told is not None and self.outward * after >= self.outward * self.always_told:
            return LimitChange.BEYOND_DOUBT
        if self.furthest is not None and self.outward * after > self.outward * self.furthest:
            return LimitChange.PAST_FLOOR
        return LimitChange.LOOSER if self.outward * after > self.outward * before else LimitChange.TIGHTER

    def tighter(self, one: float, other: float) -> float:
        """The one that raises more."""
        return min(one, other, key=lambda limit: self.outward * limit)


def settable(rule: Rule, beyond: CriticalValues) -> Iterator[Settable]:
    """The numbers of a rule that can be set for one patient; none of what combines several findings."""
    match rule.kind:
        case Threshold(limits=limits) | Average(limits=limits):
            vitals = [limit.bound.measure.vital for limit in limits]
            yield from (
                _of_limit(rule, limit, beyond)
                for limit in limits
                if vitals.count(limit.bound.measure.vital) == 1
            )
        case Count(bound=bound):
            yield _of_limit(rule, Limit(bound, bound.value, rule.hard_floor), beyond)
        case ScoreKind() | OffTarget():
            vital = Vital.from_code(rule.kind.measure.vital)
            yield Settable(
                rule_id=rule.rule_id,
                title=rule.title,
                vital=vital.code,
                name=rule.kind.measure.name,
                unit=vital.unit,
                words=_raises(rule.kind),
                value=rule.kind.limit,
                outward=1.0,
                least=0.0,
                most=vital.high,
                furthest=rule.hard_floor,
            )


def with_limits(rule: Rule, own: Mapping[RuleVital, float]) -> Rule:
    """The rule with a patient's own limits; the rule itself where there are none."""
    limits = {vital: value for (rule_id, vital), value in own.items() if rule_id == rule.rule_id}
    if not limits:
        return rule
    kind = _adjusted(rule.kind, limits)
    return replace(rule, kind=kind, title=f"{rule.title} (the patient's own limit: {_raises(kind)})")


def with_all_limits(rules: Iterable[Rule], own: Mapping[RuleVital, float]) -> tuple[Rule, ...]:
    """The rules of one patient."""
    return tuple(with_limits(rule, own) for rule in rules) if own else tuple(rules)


def _adjusted(kind: RuleKind, own: Mapping[str, float]) -> RuleKind:
    match kind:
        case Threshold() | Average():
            return replace(kind, limits=tuple(_moved(limit, own) for limit in kind.limits))
        case Count(bound=bound):
            return replace(kind, bound=replace(bound, value=own.get(bound.measure.vital, bound.value)))
        case ScoreKind() | OffTarget():
            value = own.get(kind.measure.vital, kind.limit)
            return replace(kind, limit=value, clear=kind.clear * value / kind.limit)
    return kind


def _moved(limit: Limit, own: Mapping[str, float]) -> Limit:
    """The limit at its own value; what clears moves with it, so that the way between them stays as wide."""
    value = own.get(limit.bound.measure.vital)
    if value is None:
        return limit
    return replace(
        limit, bound=replace(limit.bound, value=value), clear=limit.clear + value - limit.bound.value
    )


def _of_limit(rule: Rule, limit: Limit, beyond: CriticalValues) -> Settable:
    bound = limit.bound
    is_upper = bound.comparison.is_upper
    vital = Vital.from_code(bound.measure.vital)
    always = [
        each.value
        for each in beyond.bounds
        if each.measure.vital == vital.code and each.comparison.is_upper is is_upper
    ]
    return Settable(
        rule_id=rule.rule_id,
        title=rule.title,
        vital=vital.code,
        name=bound.measure.name,
        unit=vital.unit,
        words=bound.comparison.words,
        value=bound.value,
        outward=1.0 if is_upper else -1.0,
        least=vital.low,
        most=vital.high,
        furthest=limit.hard_floor,
        always_told=(min(always) if is_upper else max(always)) if always else None,
    )


def _raises(kind: RuleKind) -> str:
    return kind.sentence.split(";")[0]
