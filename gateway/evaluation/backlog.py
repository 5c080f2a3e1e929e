"""One task for what a patient's backlog tells late, instead of one for each condition. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alerting.policy import Effect, joins_backlog
from gateway.evaluation.finding import Finding, Known, lead


def gather(findings: Sequence[Finding], known: Known) -> list[Finding]:
    """One patient's findings; late ones go to the open task of a backlog, or to that of one of them."""
    late = [each for each in findings if each.is_late and each.effect is not None and each.effect.is_new_task]
    if not late:
        return list(findings)
    target = _target(late, known)
    gathered = [
        replace(each, effect=Effect.JOINED, into=target, check=None, repeated=None)
        if each in late and each.condition != target
        else each
        for each in findings
    ]
    return sorted(gathered, key=lambda each: each.condition != target)  # its task is there before they join


def _target(late: Sequence[Finding], known: Known) -> str:
    """The condition whose task tells them all."""
    leading = max(late, key=lambda each: lead(each.raises).rule.priority.rank)
    priority = lead(leading.raises).rule.priority
    for (patient_id, condition), work in known.work.items():
        if patient_id == leading.subject.patient_id and joins_backlog(priority, work):
            return condition
    return leading.condition
