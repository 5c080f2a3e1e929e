"""From what the store says to what the pages show. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from alerting.rules import Priority
from edge_agent.wire.vitals import Vital
from gateway.identity.permissions import Action, may
from gateway.store.history import Evidence
from gateway.store.sessions import Staff
from gateway.store.tasks import RANKED, OpenCounts, Task, Transition
from gateway.tasks.outcomes import Outcome
from gateway.tasks.states import STEPS, Status
from gateway.tasks.states import Action as TaskAction
from gateway.web.console.views import Details, EvidenceLine, Group, TaskRow, TransitionLine, Worklist
from gateway.web.console.words import born, measured_values, moment

_WORDS = {
    Status.READY: "unclaimed",
    Status.REQUESTED: "offered",
    Status.ACCEPTED: "claimed",
    Status.IN_PROGRESS: "worked on",
    Status.ON_HOLD: "put aside",
    Status.COMPLETED: "completed",
    Status.CANCELLED: "cancelled",
    Status.FAILED: "failed",
    Status.ENTERED_IN_ERROR: "entered in error",
}
OLD = timedelta(hours=24)
"""A reading measured so long before its task was raised is said to be old."""


def row(
    task: Task,
    staff: Staff,
    now: datetime,
    *,
    notice: str | None = None,
    changed: bool = False,
    note: str = "",
) -> TaskRow:
    """A task as `staff` sees it; `changed` by the request that is answered, with a `notice` if it failed."""
    works = may(staff.role, Action.WORK_TASKS)
    is_mine = task.owner_id == staff.staff_id
    return TaskRow(
        task_id=task.task_id,
        version=task.version,
        priority=task.priority,
        patient_name=f"{task.family_name}, {task.given_name}",
        identifier=task.identifier,
        born=born(task.birth_date, now),
        title=task.title,
        reason=task.reason,
        measured=moment(task.measured_at, task.time_zone, now),
        is_old=task.raised_at - task.measured_at >= OLD,
        raised=moment(task.raised_at, task.time_zone, now),
        status=_WORDS[task.status],
        is_done=task.status is Status.COMPLETED,
        owner=task.owner_name,
        is_mine=is_mine,
        can_claim=works and task.owner_id is None and task.status in STEPS[TaskAction.CLAIM].before,
        can_complete=works and is_mine and task.status in STEPS[TaskAction.COMPLETE].before,
        outcomes=[
            (each.code, each.label)
            for each in Outcome
            if each.completes_pressing or task.priority is Priority.ROUTINE
        ],
        notice=notice,
        was_changed=changed,
        note=note,
    )


def worklist(
    tasks: Sequence[Task],
    counts: OpenCounts,
    staff: Staff,
    now: datetime,
    *,
    next_cursor: str | None,
    is_first: bool,
) -> Worklist:
    """A page of the list in groups of one priority, the most pressing first."""
    groups = [
        Group(
            priority,
            counts.by_priority[priority],
            [row(task, staff, now) for task in tasks if task.priority is priority],
        )
        for priority in RANKED
    ]
    seen = ",".join(f"{task.task_id}.{task.version}" for task in tasks)
    return Worklist(
        open_count=sum(counts.by_priority.values()),
        mine_count=counts.mine,
        groups=[group for group in groups if group.rows],
        next_cursor=next_cursor,
        is_first=is_first,
        state=hashlib.sha256(seen.encode()).hexdigest()[:16],
    )


def details(
    task: Task, evidence: Sequence[Evidence], transitions: Sequence[Transition], now: datetime
) -> Details:
    """Why there is a task, and what happened to it."""
    return Details(
        steps=task.steps,
        evidence=[_evidence(each, task.time_zone, now) for each in evidence],
        rule_id=task.rule_id,
        rule_version=task.rule_version,
        rule_source=task.rule_source,
        transitions=[_transition(each, task.time_zone, now) for each in transitions],
    )


def _evidence(evidence: Evidence, zone: str, now: datetime) -> EvidenceLine:
    reading = evidence.reading
    values = measured_values({Vital.from_code(code): each.value for code, each in reading.values.items()})
    absent = [f"{Vital.from_code(code).display}: no number ({why})" for code, why in reading.absent.items()]
    meal = [reading.meal] if reading.meal else []
    slot = "" if reading.user is None else f", user {reading.user}"
    return EvidenceLine(
        measured=moment(reading.measured_at, zone, now),
        values=values + absent,
        reason=evidence.reason,
        remarks=meal + [flag.replace("-", " ") for flag in reading.flags],
        device=f"{reading.device_identifier}{slot}",
    )


def _transition(each: Transition, zone: str, now: datetime) -> TransitionLine:
    outcome = "" if each.outcome is None else f": {Outcome.from_code(each.outcome).label}"
    what = "raised" if each.from_status is None else _WORDS[Status(each.to_status)]
    return TransitionLine(
        moment(each.at, zone, now), each.staff_name or "Hearthbeat", f"{what}{outcome}", each.note
    )
