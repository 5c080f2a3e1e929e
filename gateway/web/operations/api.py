"""What is stored and waits to be judged."""

from __future__ import annotations

from fastapi import APIRouter

from gateway.operations import attention
from gateway.operations.attention import Waiting
from gateway.web.guard.context import Conn, Overseer

router = APIRouter(tags=["operations"])


@router.get("/waiting")
async def waiting(conn: Conn, staff: Overseer) -> Waiting:
    """How much is stored and not judged yet."""
    return await attention.waiting(conn, staff)
