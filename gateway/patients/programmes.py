"""Whom the rules of a programme are for, and which of them judge a patient."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from alerting.kinds.silence import Silence
from alerting.rules import Applicability, Requirement, Rule, RuleSet
from gateway.rules.critical_values import load_critical_values

NOT_SO = {
    Requirement.ADULT: "for adults only",
    Requirement.NOT_PREGNANT: "not for use in pregnancy",
    Requirement.NO_HYPERCAPNIC_LUNG_DISEASE: "not for those whose lungs retain carbon dioxide",
    Requirement.NO_LONG_TERM_OXYGEN: "not for those who have oxygen at home for good",
    Requirement.NO_LOW_PRESSURE_BY_TREATMENT: "not where treatment is meant to keep the blood pressure low",
    Requirement.SAFETY_NET: "not for those whose safety net a clinician has taken off",
}
"""Why rules are not for somebody, in words."""
SAFETY_NET = "general"
"""The programme whose rules judge whoever is in any programme, unless a clinician has taken it off."""


@dataclass(frozen=True)
class Enrolment:
    """A programme that a patient is in; a clinician may have said why, although it is not for them."""

    programme: str
    has_reason: bool = False


def unmet(whom: Iterable[Applicability], circumstances: Collection[Requirement]) -> list[Requirement]:
    """What rules suppose of a patient, and is not so."""
    return sorted({each.requirement for each in whom} & {*circumstances})


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

    Whoever is in any programme is judged by the safety net too, and by the values beyond doubt. A rule that
    is not for the patient judges only where a clinician said why; what takes its place stands before what is
    for everybody, so that of two that raise alike it is the one that tells.
    """
    programmes = {each.programme: each.has_reason for each in enrolments}
    if not programmes:
        return ()
    if Requirement.SAFETY_NET not in circumstances:
        programmes.setdefault(SAFETY_NET, False)
    found: dict[str, Rule] = {}
    for programme, has_reason in programmes.items():  # the net last: a programme's own goes before
        for rule in rule_sets[programme].rules if programme in rule_sets else ():
            is_for_them = has_reason or not unmet(rule.whom, circumstances)
            if is_for_them and len(unmet(rule.instead, circumstances)) == len(rule.instead):
                found.setdefault(rule.rule_id, rule)
    return (*sorted(found.values(), key=lambda rule: not rule.instead), *load_critical_values().rules)


def rules_in(rule_set: RuleSet, rule_sets: Mapping[str, RuleSet]) -> tuple[Rule, ...]:
    """The rules that judge somebody who is in one programme, of whom nothing else is known."""
    return rules_for([Enrolment(rule_set.name)], {**rule_sets, rule_set.name: rule_set})
