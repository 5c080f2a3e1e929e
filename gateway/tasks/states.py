"""The state machine of a task (FHIR R4, Task.status): what follows from an action, or why it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from alerting.rules import Priority
from gateway.tasks.outcomes import Outcome


class Status(StrEnum):
    """FHIR R4 Task.status, as far as we use it."""

    READY = "ready"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in-progress"
    ON_HOLD = "on-hold"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    ENTERED_IN_ERROR = "entered-in-error"

    @property
    def is_open(self) -> bool:
        return self in OPEN


OPEN = frozenset({Status.READY, Status.REQUESTED, Status.ACCEPTED, Status.IN_PROGRESS, Status.ON_HOLD})


class Action(StrEnum):
    """What a person can do to a task."""

    CLAIM = "claim"
    COMPLETE = "complete"


@dataclass(frozen=True)
class Step:
    """One row of the machine: from which states an action leads where."""

    before: frozenset[Status]
    after: Status


STEPS: Mapping[Action, Step] = {
    Action.CLAIM: Step(frozenset({Status.READY, Status.REQUESTED}), Status.ACCEPTED),
    Action.COMPLETE: Step(frozenset({Status.ACCEPTED, Status.IN_PROGRESS}), Status.COMPLETED),
}


class Refusal(StrEnum):
    """Why an action does not follow."""

    CLOSED = "The task is closed."
    TAKEN = "Somebody else has this task."
    NOT_YOURS = "Only the owner can do this: claim the task first."
    STALE = "The task has changed since you looked at it."
    NOT_NOW = "The task's state does not allow this."
    OUTCOME_LEAVES_IT_OPEN = "This outcome does not complete a task of this priority."


@dataclass(frozen=True)
class Standing:
    """What a decision depends on."""

    status: Status
    priority: Priority
    version: int
    owner_id: int | None


@dataclass(frozen=True)
class Change:
    """What follows. `status` equal to the one before means that nothing is to be done."""

    status: Status
    owner_id: int


def claim(task: Standing, by: int, version: int) -> Change | Refusal:
    """`by` takes the task, as seen at `version`. Claiming one's own again changes nothing."""
    if not task.status.is_open:
        return Refusal.CLOSED
    if task.owner_id == by:
        return Change(task.status, by)
    if task.owner_id is not None:
        return Refusal.TAKEN
    return _step(Action.CLAIM, task, by, version)


def complete(task: Standing, by: int, version: int, outcome: Outcome) -> Change | Refusal:
    """`by` ends the task with `outcome`."""
    if not task.status.is_open:
        return Refusal.CLOSED
    if task.owner_id != by:
        return Refusal.NOT_YOURS if task.owner_id is None else Refusal.TAKEN
    if task.priority is not Priority.ROUTINE and not outcome.completes_pressing:
        return Refusal.OUTCOME_LEAVES_IT_OPEN
    return _step(Action.COMPLETE, task, by, version)


def _step(action: Action, task: Standing, by: int, version: int) -> Change | Refusal:
    step = STEPS[action]
    if version != task.version:
        return Refusal.STALE
    if task.status not in step.before:
        return Refusal.NOT_NOW
    return Change(step.after, by)
