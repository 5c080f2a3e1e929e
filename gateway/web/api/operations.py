"""What waits for somebody: quarantine, and readings that are not judged yet."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from gateway.identity.permissions import Action
from gateway.store import attention
from gateway.store.attention import Quarantined, Waiting
from gateway.store.sessions import Staff
from gateway.web.api.fields import Cursor, Limit, Page, page, read_cursor
from gateway.web.context import Conn, Overseer, allowed

router = APIRouter(tags=["operations"])
LAST_BIG_ID = 2**63 - 1
BigId = Annotated[int, Field(ge=1, le=LAST_BIG_ID)]


class QuarantinedPayload(BaseModel):
    """A message with its bytes, as text where they are UTF-8."""

    message: Quarantined
    encoding: Literal["text", "base64"]
    payload: str


@router.get("/quarantine")
async def quarantined(
    conn: Conn, staff: Overseer, limit: Limit = 100, cursor: Cursor = None
) -> Page[Quarantined]:
    """Messages that could not be used, the newest first."""
    found = await attention.quarantined(conn, staff, before=read_cursor(cursor, BigId), limit=limit)
    return page(found, limit, lambda each: each.quarantine_id)


@router.get("/quarantine/{quarantine_id}")
async def quarantined_payload(
    quarantine_id: BigId,
    conn: Conn,
    staff: Annotated[Staff, Depends(allowed(Action.READ_QUARANTINE))],
) -> QuarantinedPayload:
    """One message with its bytes."""
    message, payload = await attention.quarantined_payload(conn, staff, quarantine_id)
    try:
        return QuarantinedPayload(message=message, encoding="text", payload=payload.decode())
    except UnicodeDecodeError:
        return QuarantinedPayload(message=message, encoding="base64", payload=b64encode(payload).decode())


@router.get("/waiting")
async def waiting(conn: Conn, staff: Overseer) -> Waiting:
    """How much is stored and not judged yet."""
    return await attention.waiting(conn, staff)
