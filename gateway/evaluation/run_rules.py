"""What each subject's rules answer, many subjects at once. A rule that fails harms nobody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from alerting.policy import NO_WORK, Work, counted_from
from alerting.rule_outcomes import RuleOutcomes
from alerting.rules import Rule
from alerting.series import Series
from alerting.windows import Floats
from gateway.evaluation.finding import Condition, Failure
from gateway.readings.subjects import Subject

FAULTS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What a rule with a mistake in it raises."""


@dataclass(frozen=True)
class RuleOutcome:
    """The answers of one subject's rules, by the rules' ids, and which rules failed."""

    answers: Mapping[str, RuleOutcomes]
    failures: Sequence[Failure]


def run_rules(
    subjects: Sequence[Subject], series: Series, work: Mapping[Condition, Work]
) -> list[RuleOutcome]:
    """What the rules say at the readings of their subjects, in the order of `subjects`."""
    by_rule: dict[int, tuple[Rule, list[int]]] = {}
    for number, subject in enumerate(subjects):
        for rule in subject.rules:
            by_rule.setdefault(id(rule), (rule, []))[1].append(number)
    answers: list[dict[str, RuleOutcomes]] = [{} for _ in subjects]
    failures: list[list[Failure]] = [[] for _ in subjects]
    for rule, numbers in by_rule.values():
        froms = np.full(len(subjects), np.inf)  # no reading of the others counts
        for number in numbers:
            dealt_with = work.get((subjects[number].patient_id, rule.condition), NO_WORK)
            froms[number] = counted_from(rule.priority, dealt_with)
        for answered, result in _try(rule, series, froms, numbers):
            for number in answered:
                if isinstance(result, RuleOutcomes):
                    answers[number][rule.rule_id] = result
                else:
                    failures[number].append(Failure(subjects[number], rule, type(result).__name__))
    return [RuleOutcome(*each) for each in zip(answers, failures, strict=True)]


def _try(
    rule: Rule, series: Series, froms: Floats, numbers: Sequence[int]
) -> Iterator[tuple[Sequence[int], RuleOutcomes | Exception]]:
    """All at once; if that fails, one by one, so that the readings of one subject fail nobody else."""
    try:
        yield numbers, RuleOutcomes.of(rule, series, froms)
    except FAULTS as fault:
        if len(numbers) == 1:
            yield numbers, fault
            return
        for number in numbers:
            alone = np.full(froms.size, np.inf)
            alone[number] = froms[number]
            yield from _try(rule, series, alone, [number])
