"""The panel beside the task list: what else needs somebody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway import faults
from gateway.canary import canary
from gateway.hubs import hubs
from gateway.notifications import outbox
from gateway.operations import attention
from gateway.patients import assignments
from gateway.staff import sign_in
from gateway.web.guard.context import Conn, Now, Overseer, Shared
from gateway.web.operations import operations_panel
from gateway.web.operations.operations_panel import Operations
from gateway.web.operations.views import Attention
from gateway.web.parts.renderer import render

router = APIRouter(include_in_schema=False)


async def _attention(web: Shared, conn: Conn, overseer: Overseer, now: Now) -> Attention:
    async def find() -> Attention:
        operations = Operations(
            await attention.waiting(conn, overseer),
            await assignments.nobodys(conn, overseer, operations_panel.MOST_SOURCES),
            await attention.quarantine_reasons(conn, overseer),
            await hubs.presence(conn, overseer, now, operations_panel.SHOWN),
            await canary.lost_since(conn, now),
            await faults.count_set_aside(conn, overseer.organisation_id),
            await faults.role_ends(conn, now),
            await sign_in.guessed(conn, overseer, now),
            await outbox.unsent(conn, overseer.organisation_id),
        )
        return operations_panel.attention(operations, now)

    return await web.caches.of(Attention).get(overseer.organisation_id, find)


AttentionPanel = Annotated[Attention, Depends(_attention)]


@router.get("/attention")
async def attention_panel(panel: AttentionPanel) -> Response:
    """The panel alone, for a page that is open."""
    return render(panel)
