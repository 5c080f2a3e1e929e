"""What is sent about tasks: which are wanted, and one to write."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from alerting.rules import Priority
from gateway.web.parts.fields import Body, Id, Steps, Text


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
