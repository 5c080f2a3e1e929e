"""What is sent about tasks: which are wanted, one to write, and what is done to one."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from alerting.rules import Priority
from edge_agent.wire.instants import Instant
from gateway.tasks.actions import Act
from gateway.tasks.contacts import ContactChannel, Whom
from gateway.tasks.outcomes import Outcome
from gateway.web.parts.fields import Body, Id, Note, Steps, Text

Version = Annotated[Id, Field(description="the version that you saw")]


class Step(StrEnum):
    """What needs nothing else to be said; the last ones want a reason."""

    CLAIM = "claim"
    TAKE_BACK = "take-back"
    ACCEPT = "accept"
    RESUME = "resume"
    CONFIRM = "confirm"
    TAKE_OVER = "take-over"
    DECLINE = "decline"
    SEND_BACK = "send-back"
    CANCEL = "cancel"
    FAIL = "fail"


class AsSeen(Body):
    """You act on the task as you saw it."""

    version: Version
    note: Note = ""

    def of(self, acting: Act) -> Act:
        return replace(acting, version=self.version, why=self.note)


class WithReason(Body):
    """You act on the task as you saw it, and say why."""

    version: Version
    reason: Text

    def of(self, acting: Act) -> Act:
        return replace(acting, version=self.version, why=self.reason)


class Offer(AsSeen):
    """To whom you offer the task."""

    to_id: Id


class Snooze(WithReason):
    """Until when you put the task aside, and why."""

    until: Instant


class Remark(Body):
    """A word that stays with the task."""

    note: Annotated[Note, Field(min_length=1)]


class AttemptEntry(Body):
    """Whom you tried to reach, how, and whether you did."""

    whom: Whom = Whom.PATIENT
    channel: ContactChannel = ContactChannel.PHONE
    reached: bool
    note: Note = ""


class Completion(AsSeen):
    """You end the task."""

    outcome: Annotated[
        str,
        AfterValidator(lambda code: Outcome.from_code(code).code),
        Field(json_schema_extra={"enum": [outcome.code for outcome in Outcome]}),
    ]


class Which(StrEnum):
    """Which tasks are listed."""

    OPEN = "open"
    ALL = "all"


class Filter(Body):
    """Which tasks are wanted; what is not said does not limit."""

    status: Which = Which.OPEN
    mine: bool = False
    patient_id: Id | None = None
    rule_id: Text | None = None
    care_team_id: Id | None = None
    programme: Text | None = None
    priority: Priority | None = None
    snoozed: bool | None = None


class Listing(Filter):
    """A page of them."""

    limit: Annotated[int, Field(ge=1, le=500)] = 100
    cursor: Annotated[
        str | None, Field(max_length=200, description="what the page before said under `next`")
    ] = None


class TaskSearch(Filter):
    """Whom or what to find. In a body and not in the address, which proxies write down."""

    search: Text


class TaskEntry(Body):
    """A task that you write: for a patient, and offered to a colleague or to all."""

    patient_id: Id
    title: Text
    reason: Text
    steps: Steps = ()
    priority: Priority = Priority.ROUTINE
    needs_review: bool = False
    offered_to_id: Id | None = None
