"""One task for what a patient's backlog tells late, instead of one for each condition. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alerting.policy import Effect, Work, after_late
from gateway.evaluation.finding import Finding, PriorState, lead


def join_late_findings(findings: Sequence[Finding], known: PriorState) -> list[Finding]:
    """One patient's findings; late ones go to the open task of a backlog, or to that of one of them."""
    late = [each for each in findings if each.is_late and each.effect is not None and each.effect.is_new_task]
    if not late:
        return list(findings)
    leading = max(late, key=lambda each: lead(each.raises).rule.priority.rank)
    target, work = _open_backlog(leading.subject.patient_id, known) or (leading.condition, None)
    gathered = [
        _into(each, target, work) if each in late and each.condition != target else each for each in findings
    ]
    return sorted(gathered, key=lambda each: each.condition != target)  # its task is there before they join


def _open_backlog(patient_id: int, known: PriorState) -> tuple[str, Work] | None:
    """The patient's open task of a backlog: its condition, and what is known of it."""
    for (of_patient, condition), work in known.work.items():
        if of_patient == patient_id and work.is_late and work.open_priority is not None:
            return condition, work
    return None


def _into(finding: Finding, target: str, work: Work | None) -> Finding:
    """The finding as part of another condition's task. An open one is before people again."""
    effect = Effect.JOINED if work is None else after_late(lead(finding.raises).rule.priority, work)
    return replace(finding, effect=effect, into=target, check=None, repeated=None)
