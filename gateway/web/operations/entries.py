"""What is sent about what did not go as it should, and who may look into it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path

from gateway.staff.permissions import Permission
from gateway.staff.sessions import Staff
from gateway.web.guard.context import allowed
from gateway.web.parts.fields import LAST_BIG_ID, Body, Text

MessageId = Annotated[int, Path(ge=1, le=LAST_BIG_ID)]
Reader = Annotated[Staff, Depends(allowed(Permission.READ_QUARANTINE))]
QuarantineWorker = Annotated[Staff, Depends(allowed(Permission.WORK_QUARANTINE))]
Dispatcher = Annotated[Staff, Depends(allowed(Permission.WORK_DELIVERIES))]


class Discarding(Body):
    """You give a message up, and say why (without a measured value: it is read by everybody who looks)."""

    reason: Text
