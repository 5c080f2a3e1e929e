"""What is sent about a patient's limits and targets, and who sets them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from edge_agent.wire.instants import Instant
from gateway.staff.permissions import Permission
from gateway.staff.sessions import Staff
from gateway.web.guard.context import allowed
from gateway.web.parts.fields import Body, Text, VitalValue

LimitSetter = Annotated[Staff, Depends(allowed(Permission.SET_LIMITS))]


class LimitEntry(Body):
    """A limit of a rule for one patient, in the vital's own unit; `until` null: until further notice."""

    rule_id: Text
    vital: Text
    value: VitalValue
    why: Text
    until: Instant | None = None


class NumberEntry(Body):
    """A number of the patient's own; null takes it back."""

    value: VitalValue | None
    why: Text
