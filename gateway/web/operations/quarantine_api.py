"""Messages that could not be used: list, look, retry, discard."""

from __future__ import annotations

from fastapi import APIRouter

from gateway.ingest import quarantine
from gateway.ingest import retry as retrying
from gateway.ingest.message_state import QuarantineState
from gateway.ingest.quarantine import Quarantined
from gateway.ingest.retry import Retried
from gateway.web.guard.context import Conn, Now, Overseer, Shared
from gateway.web.operations import quarantined_message
from gateway.web.operations.entries import Discarding, MessageId, QuarantineWorker, Reader
from gateway.web.operations.quarantined_message import QuarantinedDetails
from gateway.web.parts.fields import BigId, Cursor, Limit, Page, page, read_cursor

router = APIRouter(prefix="/quarantine", tags=["quarantine"])


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
    return await quarantined_message.get(conn, staff, quarantine_id)


@router.post("/{quarantine_id}/retry")
async def retry(quarantine_id: MessageId, web: Shared, staff: QuarantineWorker, now: Now) -> Retried:
    """Once the cause is dealt with: store what can be stored. What cannot stays, with its reason."""
    return await retrying.retry(web.resources.pool, staff, quarantine_id, now)


@router.post("/{quarantine_id}/discard", status_code=204)
async def discard(
    quarantine_id: MessageId, body: Discarding, conn: Conn, staff: QuarantineWorker, now: Now
) -> None:
    """Give a message up. Its bytes are kept; it is no longer counted."""
    await quarantine.discard(conn, staff, quarantine_id, body.reason, now)
