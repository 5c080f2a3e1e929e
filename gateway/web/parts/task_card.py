"""A task with all that is known of it and all that can be done to it, as its page shows it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerting.rules import Priority
from edge_agent.wire.vitals import Vital
from gateway.readings.history import Evidence, StoredReading
from gateway.tasks.contacts import Attempt, next_attempt
from gateway.tasks.outcomes import Outcome
from gateway.tasks.states import Action, Status
from gateway.tasks.tasks import Task, Transition
from gateway.web.parts.task_line import STATUS_WORDS
from gateway.web.parts.views import EvidenceLine, HistoryLine, TaskCard, TaskLine
from gateway.web.parts.words import clock_time, measured_values, moment, remarks

_DONE: Mapping[Action, str] = {
    Action.CLAIM: "claimed",
    Action.TAKE_OVER: "taken over",
    Action.HAND_OFF: "offered to {other}",
    Action.TAKE_BACK: "taken back",
    Action.ACCEPT: "accepted",
    Action.DECLINE: "declined",
    Action.SNOOZE: "put aside until {until}",
    Action.RESUME: "taken up again",
    Action.NOTE: "wrote",
    Action.CONTACT: "tried to reach somebody",
    Action.COMPLETE: "completed",
    Action.CONFIRM: "confirmed",
    Action.SEND_BACK: "sent back",
    Action.CANCEL: "cancelled",
    Action.FAIL: "could not be done",
    Action.VOID: "entered in error",
    Action.OPEN: "opened",
    Action.REOPEN: "reopened",
    Action.LAPSE: "claim ended: nothing followed it",
    Action.RELEASE: "given back",
    Action.WAKE: "woken",
    Action.ESCALATE: "escalated",
}


@dataclass(frozen=True)
class TaskRecord:
    """What the store says about one task."""

    task: Task
    evidence: Sequence[Evidence]
    transitions: Sequence[Transition]
    colleagues: Sequence[tuple[int, str]]
    attempts: Sequence[Attempt]


def card(record: TaskRecord, line: TaskLine, now: datetime, *, note: str = "") -> TaskCard:
    """All of it; `note` as typed, where it could not be kept."""
    task = record.task
    proposed = task.proposed_outcome
    return TaskCard(
        line=line,
        steps=task.steps,
        evidence=[reading_line(each.reading, each.reason, task.time_zone, now) for each in record.evidence],
        rule=f"{task.rule_id}, version {task.rule_version}" if task.rule_id else None,
        rule_source=task.rule_source,
        history=[_history(each, task.time_zone, now) for each in record.transitions],
        outcomes=[
            (each.code, each.label)
            for each in Outcome
            if each.completes_pressing or task.priority is Priority.ROUTINE
        ],
        proposed_outcome=Outcome.from_code(proposed).label if proposed else None,
        colleagues=record.colleagues,
        channels=CHANNELS,
        people=PEOPLE,
        next_attempt=_next_attempt(record, now),
        previous_task_id=task.previous_task_id,
        note=note,
    )


CHANNELS = (("phone", "Telephone"), ("video", "Video call"), ("message", "Message"), ("visit", "Visit"))
PEOPLE = (
    ("patient", "The patient"),
    ("emergency-contact", "The emergency contact"),
    ("welfare-check", "Welfare check (police or ambulance)"),
)


def reading_line(reading: StoredReading, reason: str, zone: str, now: datetime) -> EvidenceLine:
    """A reading with its values, and the reason why it is shown."""
    values = measured_values({Vital.from_code(code): each.value for code, each in reading.values.items()})
    absent = [f"{Vital.from_code(code).display}: no number ({why})" for code, why in reading.absent.items()]
    slot = "" if reading.user is None else f", user {reading.user}"
    return EvidenceLine(
        measured=moment(reading.measured_at, zone, now),
        values=values + absent,
        reason=reason,
        remarks=remarks(reading.meal, reading.flags),
        device=f"{reading.device_identifier}{slot}",
    )


def _next_attempt(record: TaskRecord, now: datetime) -> str | None:
    """What follows the attempts so far; nothing before the first one, nor once somebody was reached."""
    task = record.task
    if not record.attempts or not task.status.is_open:
        return None
    following = next_attempt(task.priority, record.attempts)
    if following is None:
        return None
    whom = dict(PEOPLE)[following.whom]
    if following.not_before is None or following.not_before <= now:
        return f"{whom}, now"
    return f"{whom}, not before {clock_time(following.not_before, task.time_zone)}"


def _history(each: Transition, zone: str, now: datetime) -> HistoryLine:
    if each.action is not None:
        until = moment(each.until, zone, now).text if each.until else ""
        what = _DONE[Action(each.action)].format(other=each.other_name, until=until)
    else:
        what = _became(each)
    outcome = "" if each.outcome is None else f": {Outcome.from_code(each.outcome).label}"
    return HistoryLine(
        moment(each.at, zone, now), each.staff_name or "Hearthbeat", f"{what}{outcome}", each.note
    )


def _became(each: Transition) -> str:
    if each.from_status is None:
        return "raised"
    return "added" if each.from_status == each.to_status else STATUS_WORDS[Status(each.to_status)]
