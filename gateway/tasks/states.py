"""The states of a task (FHIR R4, Task.status), and from which of them an action leads where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto
from typing import Self

from alerting.rules import Priority


class Status(StrEnum):
    """FHIR R4 Task.status, as far as we use it."""

    READY = "ready"  # nobody has it
    REQUESTED = "requested"  # offered to somebody, or waiting for another person to confirm its outcome
    ACCEPTED = "accepted"  # somebody has it and has done nothing yet
    IN_PROGRESS = "in-progress"
    ON_HOLD = "on-hold"  # snoozed
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"
    ENTERED_IN_ERROR = "entered-in-error"

    @property
    def is_open(self) -> bool:
        return self in OPEN


OPEN = frozenset({Status.READY, Status.REQUESTED, Status.ACCEPTED, Status.IN_PROGRESS, Status.ON_HOLD})


class Origin(StrEnum):
    """What raised a task."""

    RULE = "rule"
    MANUAL = "manual"
    OPERATIONAL = "operational"  # the gateway about itself: there may be no patient


class Action(StrEnum):
    """What is done to a task; the last ones by the gateway itself."""

    CLAIM = "claim", "claimed"
    TAKE_OVER = "take-over", "taken over"  # from whoever has it
    HAND_OFF = "hand-off", "offered to {other}"
    TAKE_BACK = "take-back", "taken back"  # what was offered, or proposed for review
    ACCEPT = "accept", "accepted"
    DECLINE = "decline", "declined"
    SNOOZE = "snooze", "put aside until {until}"
    RESUME = "resume", "taken up again"
    NOTE = "note", "wrote"
    CONTACT = "contact", "tried to reach somebody"
    COMPLETE = "complete", "completed"
    CONFIRM = "confirm", "confirmed"  # the outcome, by another person
    SEND_BACK = "send-back", "sent back"
    CANCEL = "cancel", "cancelled"
    FAIL = "fail", "could not be done"
    VOID = "void", "entered in error"
    OPEN = "open", "opened"
    REOPEN = "reopen", "reopened"  # a new task, linked to the closed one
    LAPSE = "lapse", "claim ended: nothing followed it"
    RELEASE = "release", "given back"  # whoever had it, or was offered it, has left
    WAKE = "wake", "woken"
    ESCALATE = "escalate", "escalated"

    done: str
    """What its history says was done; `{other}` is to whom, `{until}` is until when."""

    def __new__(cls, code: str, done: str = "") -> Self:  # one is looked up by its code alone
        action = str.__new__(cls, code)
        action._value_ = code
        action.done = done
        return action


BY_ITSELF = frozenset({Action.OPEN, Action.LAPSE, Action.RELEASE, Action.WAKE, Action.ESCALATE})
"""What the gateway does; the rest is done by people."""


class Who(Enum):
    """Who can take a step."""

    ANYBODY = auto()
    NOBODYS = auto()  # anybody, while nobody has the task
    OWNER = auto()
    OWNER_OR_NOBODYS = auto()
    NOT_OWNER = auto()
    OFFERED = auto()  # to whom the task was offered
    GATEWAY = auto()


@dataclass(frozen=True)
class StateStep:
    """One row of the machine: from which states, by whom, an action leads where."""

    before: frozenset[Status]
    who: Who
    after: Status
    takes: bool = False  # whoever takes the step owns the task then


_HELD = frozenset({Status.ACCEPTED, Status.IN_PROGRESS})
_OWNED = _HELD | {Status.REQUESTED, Status.ON_HOLD}
_OFFER = frozenset({Status.REQUESTED})

STEPS: Mapping[Action, StateStep] = {
    Action.CLAIM: StateStep(
        frozenset({Status.READY, Status.REQUESTED}), Who.NOBODYS, Status.ACCEPTED, takes=True
    ),
    Action.TAKE_OVER: StateStep(_OWNED, Who.NOT_OWNER, Status.ACCEPTED, takes=True),
    Action.HAND_OFF: StateStep(_HELD, Who.OWNER, Status.REQUESTED),
    Action.TAKE_BACK: StateStep(_OFFER, Who.OWNER, Status.IN_PROGRESS),
    Action.ACCEPT: StateStep(_OFFER, Who.OFFERED, Status.ACCEPTED, takes=True),
    Action.DECLINE: StateStep(_OFFER, Who.OFFERED, Status.IN_PROGRESS),
    Action.SNOOZE: StateStep(_HELD, Who.OWNER, Status.ON_HOLD),
    Action.RESUME: StateStep(frozenset({Status.ON_HOLD}), Who.OWNER, Status.IN_PROGRESS),
    Action.COMPLETE: StateStep(_OWNED, Who.OWNER, Status.COMPLETED),
    Action.CONFIRM: StateStep(_OFFER, Who.NOT_OWNER, Status.COMPLETED),
    Action.SEND_BACK: StateStep(_OFFER, Who.NOT_OWNER, Status.IN_PROGRESS),
    Action.CANCEL: StateStep(OPEN, Who.OWNER_OR_NOBODYS, Status.CANCELLED),
    Action.FAIL: StateStep(_OWNED, Who.OWNER, Status.FAILED),
    Action.VOID: StateStep(
        frozenset(Status) - {Status.ENTERED_IN_ERROR}, Who.ANYBODY, Status.ENTERED_IN_ERROR
    ),
    Action.LAPSE: StateStep(_HELD, Who.GATEWAY, Status.READY),
    Action.WAKE: StateStep(frozenset({Status.ON_HOLD}), Who.GATEWAY, Status.ACCEPTED),
}

WORK = frozenset({Action.NOTE, Action.CONTACT})
"""No steps: they are possible in every open state."""

WITH_REASON = frozenset(
    {Action.TAKE_OVER, Action.DECLINE, Action.SEND_BACK, Action.CANCEL, Action.FAIL, Action.VOID}
)
"""What others want to know the reason of."""


class Refusal(StrEnum):
    """Why an action does not follow."""

    CLOSED = "The task is closed."
    TAKEN = "Somebody else has this task."
    NOT_YOURS = "Only the owner can do this: claim the task first."
    NOT_OFFERED = "This task was not offered to you."
    OWN_WORK = "Another person has to do this."
    STALE = "The task has changed since you looked at it."
    NOT_NOW = "The task's state does not allow this."
    OUTCOME_LEAVES_IT_OPEN = "This outcome does not complete a task of this priority."
    NEEDS_AN_OUTCOME = "What a rule found pressing ends with an outcome, or as entered in error."
    SNOOZE_TOO_LONG = "A task of this priority cannot be put aside for so long."
    SNOOZE_IN_THE_PAST = "A task is put aside until a time to come."


@dataclass(frozen=True)
class Standing:
    """What a decision depends on."""

    status: Status
    priority: Priority
    version: int
    owner_id: int | None
    origin: Origin = Origin.RULE
    offered_to_id: int | None = None
    needs_review: bool = False
    proposed_outcome: str | None = None

    @property
    def is_pressing(self) -> bool:
        return self.priority is not Priority.ROUTINE

    @property
    def needs_an_outcome(self) -> bool:
        """Whether it may not be given up: it ends by what was done about it."""
        return self.is_pressing and self.origin is Origin.RULE


@dataclass(frozen=True)
class StatusChange:
    """What the task is afterwards."""

    status: Status
    owner_id: int | None
    offered_to_id: int | None = None
    proposed_outcome: str | None = None
    snoozed_until: datetime | None = None
