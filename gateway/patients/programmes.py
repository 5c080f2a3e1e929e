"""Whom the rules of a programme are for, and which of them judge a patient."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from alerting.kinds.silence import Silence
from alerting.rules import Applicability, Requirement, Rule, RuleSet, is_adult

NOT_SO = {
    Requirement.ADULT: "for adults only",
    Requirement.NOT_PREGNANT: "not for use in pregnancy",
    Requirement.NO_HYPERCAPNIC_LUNG_DISEASE: "not for those whose lungs retain carbon dioxide",
}
"""Why rules are not for somebody, in words."""


@dataclass(frozen=True)
class Enrolment:
    """A programme that a patient is in; a clinician may have said why, although it is not for them."""

    programme: str
    has_reason: bool = False


def unmet(
    whom: Iterable[Applicability], circumstances: Collection[Requirement], born: date, today: date
) -> list[Requirement]:
    """What rules suppose of a patient, and is not so."""
    missing = {*circumstances} | (set() if is_adult(born, today) else {Requirement.ADULT})
    return sorted({each.requirement for each in whom} & missing)


def titles(programmes: Iterable[str], rule_sets: Mapping[str, RuleSet]) -> list[str]:
    """What people call the programmes; one that has no rules any more, by its name."""
    return [rule_sets[name].title if name in rule_sets else name for name in programmes]


def schedule_of(rule_set: RuleSet) -> Mapping[str, float]:
    """How often a programme expects each vital, in hours: what its rules of silence say."""
    silences = [rule.kind for rule in rule_set.rules if isinstance(rule.kind, Silence)]
    return {kind.measure.vital: kind.every_hours for kind in silences}


def rules_for(
    enrolments: Iterable[Enrolment],
    rule_sets: Mapping[str, RuleSet],
    circumstances: Collection[Requirement] = (),
) -> tuple[Rule, ...]:
    """The rules that judge a patient; two sets that hold the same rule do not double it.

    A rule that is not for the patient judges only where a clinician said why.
    """
    found = {
        rule.rule_id: rule
        for each in enrolments
        if each.programme in rule_sets
        for rule in rule_sets[each.programme].rules
        if each.has_reason or not any(whom.requirement in circumstances for whom in rule.whom)
    }
    return tuple(found.values())
