"""What is sent about a hub, and who may send it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from pydantic import StringConstraints

from edge_agent.wire.topics import HUB_PATTERN
from gateway.staff.permissions import Permission
from gateway.staff.sessions import Staff
from gateway.web.guard.context import allowed
from gateway.web.parts.fields import Body

HubName = Annotated[str, StringConstraints(pattern=f"^{HUB_PATTERN.pattern}$")]
Manager = Annotated[Staff, Depends(allowed(Permission.MANAGE_HUBS))]


class HubEntry(Body):
    """A hub to enrol: its name is its user at the broker and a level of its topics."""

    name: HubName
