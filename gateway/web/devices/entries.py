"""What is sent about whose a device is, and who may say so."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import Field

from edge_agent.wire.instants import Instant
from gateway.staff.permissions import Permission
from gateway.staff.sessions import Staff
from gateway.web.guard.context import allowed
from gateway.web.parts.fields import Body, Id, Text

Assigner = Annotated[Staff, Depends(allowed(Permission.ASSIGN_SOURCES))]


class AssignmentEntry(Body):
    """Give a user slot of a device (`user` null: it has none) to a patient; `until` is exclusive."""

    hub: Text
    device_identifier: Annotated[Text, Field(max_length=120)]
    user: Annotated[int, Field(ge=0, le=255)] | None
    patient_id: Id
    since: Instant
    until: Instant | None = None


class Change(Body):
    """What is to be otherwise, and why; what is not said stays. `until` null: until further notice."""

    patient_id: Id | None = None
    since: Instant | None = None
    until: Instant | None = None
    reason: Text


class Withdrawal(Body):
    """Why an assignment never was right."""

    reason: Text
