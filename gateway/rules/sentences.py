"""Rules as sentences, with their sources and steps."""

from __future__ import annotations

from collections.abc import Iterator

from alerting.kinds.kind import hours_text, sentence_case
from alerting.rules import Applicability, Repeat, RepeatUse, Requirement, Rule, RuleSet, Strength

WHOM = {
    Requirement.ADULT: "Adults only",
    Requirement.NOT_PREGNANT: "Not in pregnancy",
    Requirement.NO_HYPERCAPNIC_LUNG_DISEASE: "Not in COPD or other lung disease that retains carbon dioxide",
}
STRENGTH = {
    Strength.RECOMMENDED: "a guideline recommends to act on this number",
    Strength.DEFINED: "a guideline defines the condition by this number",
    Strength.CONSENSUS: "advice of experts, not tested by itself",
    Strength.OURS: "our own choice, to be confirmed by those who use it",
}
REPEAT = {
    RepeatUse.MEASUREMENT_CHECK: "a normal one withdraws the first",
    RepeatUse.RECOVERY_CHECK: "it shows how the patient is then, and withdraws nothing",
}


def set_lines(rule_set: RuleSet) -> Iterator[str]:
    """Each rule of a set."""
    yield f"{rule_set.title} ({rule_set.name}, version {rule_set.version})"
    yield from (f"  {_whom(each)}" for each in rule_set.whom)
    for rule in rule_set.rules:
        yield ""
        yield from _rule_lines(rule)
    yield ""


def _rule_lines(rule: Rule) -> Iterator[str]:
    yield f"  {rule.title} ({rule.rule_id}, condition {rule.condition})"
    yield f"    {rule.priority.capitalize()}: {rule.kind.sentence}."
    yield f"    Source: {rule.source}"
    yield f"    Strength of evidence: {STRENGTH[rule.strength]}"
    yield from (f"    {sentence_case(note)}" for note in dict.fromkeys(rule.notes))
    if rule.repeat is not None:
        yield f"    {_repeat(rule.repeat)}"
    if rule.needs_review:
        yield "    A second person confirms how the task ends"
    yield from (f"    {_whom(each)}" for each in rule.whom)
    yield from (f"    {number}. {step}" for number, step in enumerate(rule.steps, start=1))


def _repeat(repeat: Repeat) -> str:
    span = (
        f"{_span(repeat.after_minutes)} to {_span(repeat.after_minutes + repeat.within_minutes)} later"
        if repeat.after_minutes
        else (f"within {_span(repeat.within_minutes)}")
    )
    return f"Second measurement {span}; {REPEAT[repeat.use]}: {repeat.source}"


def _span(minutes: float) -> str:
    hours, rest = divmod(minutes, 60)
    return hours_text(hours) if hours and not rest else f"{minutes:g} minutes"


def _whom(each: Applicability) -> str:
    return f"{WHOM[each.requirement]}: {each.source}"
