"""Messages that could not be used: list, look, retry, discard."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel

from gateway.ingest import quarantine
from gateway.ingest import retry as retrying
from gateway.ingest.message_state import QuarantineState
from gateway.ingest.quarantine import Quarantined, QuarantineStep
from gateway.ingest.retry import Retried
from gateway.staff.permissions import Permission
from gateway.staff.sessions import Staff
from gateway.web.guard.context import Conn, Now, Overseer, Shared, allowed
from gateway.web.parts.fields import LAST_BIG_ID, BigId, Body, Cursor, Limit, Page, Text, page, read_cursor

router = APIRouter(prefix="/quarantine", tags=["quarantine"])
MessageId = Annotated[int, Path(ge=1, le=LAST_BIG_ID)]
Reader = Annotated[Staff, Depends(allowed(Permission.READ_QUARANTINE))]
Worker = Annotated[Staff, Depends(allowed(Permission.WORK_QUARANTINE))]


class QuarantinedDetails(BaseModel):
    """A message with its bytes, as text where they are UTF-8, and what was done about it."""

    message: Quarantined
    encoding: Literal["text", "base64"]
    payload: str
    steps: list[QuarantineStep]


class Discarding(Body):
    """You give a message up, and say why (without a measured value: it is read by everybody who looks)."""

    reason: Text


@router.get("")
async def find(
    conn: Conn,
    staff: Overseer,
    *,
    state: QuarantineState = QuarantineState.OPEN,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[Quarantined]:
    """Messages that could not be used, the newest first."""
    before = read_cursor(cursor, BigId)
    found = await quarantine.find(conn, staff, state=state, before=before, limit=limit)
    return page(found, limit, lambda each: each.quarantine_id)


@router.get("/{quarantine_id}")
async def get(quarantine_id: MessageId, conn: Conn, staff: Reader) -> QuarantinedDetails:
    """One message with its bytes."""
    kept = await quarantine.get(conn, staff, quarantine_id)
    encoding: Literal["text", "base64"] = "text"
    try:
        payload = kept.payload.decode()
    except UnicodeDecodeError:
        encoding, payload = "base64", b64encode(kept.payload).decode()
    steps = await quarantine.steps(conn, quarantine_id)
    return QuarantinedDetails(message=kept.message, encoding=encoding, payload=payload, steps=steps)


@router.post("/{quarantine_id}/retry")
async def retry(quarantine_id: MessageId, web: Shared, staff: Worker, now: Now) -> Retried:
    """Once the cause is dealt with: store what can be stored. What cannot stays, with its reason."""
    return await retrying.retry(web.resources.pool, staff, quarantine_id, now)


@router.post("/{quarantine_id}/discard", status_code=204)
async def discard(quarantine_id: MessageId, body: Discarding, conn: Conn, staff: Worker, now: Now) -> None:
    """Give a message up. Its bytes are kept; it is no longer counted."""
    await quarantine.discard(conn, staff, quarantine_id, body.reason, now)
