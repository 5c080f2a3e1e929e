"""A task in one line, as the list shows it to somebody. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from alerting.repeat import RepeatState
from alerting.rules import RepeatUse
from gateway.ages import span
from gateway.staff.permissions import Permission, may
from gateway.staff.sessions import Staff
from gateway.tasks import transitions
from gateway.tasks.states import Action, Status
from gateway.tasks.tasks import Task
from gateway.tasks.terms import TERMS
from gateway.web.parts.views import TaskClock, TaskLine
from gateway.web.parts.words import born, clock_time, moment

STATUS_WORDS: Mapping[Status, str] = {
    Status.READY: "unclaimed",
    Status.REQUESTED: "offered",
    Status.ACCEPTED: "claimed",
    Status.IN_PROGRESS: "worked on",
    Status.ON_HOLD: "put aside",
    Status.COMPLETED: "completed",
    Status.CANCELLED: "cancelled",
    Status.FAILED: "could not be done",
    Status.ENTERED_IN_ERROR: "entered in error",
}
OLD = timedelta(hours=24)
"""A reading measured so long before its task was raised is said to be late."""
SOON = timedelta(minutes=5)
"""A clock that has less left stands out."""
_REPEATS: Mapping[RepeatState, str] = {
    RepeatState.ASKED: "unconfirmed",
    RepeatState.CONFIRMED: "confirmed by a repeat",
    RepeatState.WITHDRAWN: "withdrawn by a repeat",
    RepeatState.RECOVERED: "better in a repeat",
    RepeatState.NOT_REPEATED: "not repeated",
}
_SNOOZES = tuple(
    timedelta(minutes=minutes) for minutes in (5, 10, 15, 30, 60, 4 * 60, 24 * 60, 3 * 24 * 60, 7 * 24 * 60)
)


def line(
    task: Task, staff: Staff, now: datetime, *, notice: str | None = None, changed: bool = False
) -> TaskLine:
    """The task; `changed` by the request that is answered, with a `notice` if that failed."""
    patient = task.patient
    return TaskLine(
        task_id=task.task_id,
        version=task.version,
        patient_id=task.patient_id,
        patient_name=f"{patient.family_name}, {patient.given_name}" if patient else None,
        identifier=patient.identifier if patient else "",
        born=born(patient.birth_date, patient.time_zone, now) if patient else "",
        priority=task.priority,
        title=task.title,
        reason=task.reason,
        measured=moment(task.measured_at, task.time_zone, now) if task.measured_at else None,
        raised=moment(task.raised_at, task.time_zone, now),
        labels=_labels(task),
        status=STATUS_WORDS[task.status],
        is_open=task.status.is_open,
        owner=task.owner_name,
        is_mine=task.owner_id == staff.staff_id,
        offered_to=task.offered_to_name,
        clock=clock(task, now),
        can=can(task, staff),
        snoozes=snoozes(task),
        notice=notice,
        was_changed=changed,
    )


def can(task: Task, staff: Staff) -> frozenset[Action]:
    """What `staff` can do to the task."""
    if not may(staff.role, Permission.WORK_TASKS):
        return frozenset()
    possible = transitions.possible(task.standing, staff.staff_id)
    return possible if may(staff.role, Permission.VOID_TASKS) else possible - {Action.VOID}


def clock(task: Task, now: datetime) -> TaskClock | None:
    """How long there is until somebody has to have the task, or to have resolved it."""
    if not task.status.is_open:
        return None
    if task.status is Status.ON_HOLD and task.snoozed_until:
        return TaskClock(f"until {moment(task.snoozed_until, task.time_zone, now).text}", "aside")
    if task.due_at is None:
        return None
    left = task.due_at - now
    if left <= timedelta(0):
        return TaskClock(f"{span(-left)} overdue".strip(), "overdue")
    what = "to take" if task.acknowledged_at is None else "to resolve"
    return TaskClock(f"{span(left) or 'under 1 min'} {what}", "soon" if left < SOON else "running")


def snoozes(task: Task) -> Sequence[tuple[int, str]]:
    """For how long the task can be put aside: minutes, and in words."""
    longest = TERMS[task.priority].longest_snooze
    lengths = [length for length in _SNOOZES if length <= longest][-5:]
    return [(int(length / timedelta(minutes=1)), span(length)) for length in lengths]


def _labels(task: Task) -> Sequence[str]:
    labels = [_REPEATS[task.repeat_state]] if task.repeat_state else []
    if task.repeat_state is RepeatState.ASKED and task.repeat_use is RepeatUse.RECOVERY_CHECK:
        labels = ["repeat asked for"]
    if task.repeat_state is RepeatState.ASKED and task.repeat_until:
        labels = [f"{labels[0]}, until {clock_time(task.repeat_until, task.time_zone)}"]
    if task.is_late or (task.measured_at and task.raised_at - task.measured_at >= OLD):
        labels.append("late data")
    if task.doubt:
        labels.append("perhaps another person's")
    if task.proposed_outcome:
        labels.append("waits for a second person")
    if task.is_unsent and task.status.is_open:
        labels.append("message could not be sent")
    if task.previous_task_id:
        labels.append("reopened")
    return labels
