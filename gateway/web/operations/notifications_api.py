"""Notifications that did not arrive."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from gateway.notifications import outbox
from gateway.notifications.outbox import NotificationCursor, Trouble
from gateway.web.guard.context import Conn, Now
from gateway.web.operations.entries import Dispatcher
from gateway.web.parts.fields import Cursor, Limit, Page, page, read_cursor

router = APIRouter(prefix="/notifications", tags=["notifications"])


@router.get("/in-trouble")
async def in_trouble(
    conn: Conn, staff: Dispatcher, limit: Limit = 100, cursor: Cursor = None
) -> Page[Trouble]:
    """What did not arrive so far, the newest first: tried again by itself, or given up."""
    found = await outbox.in_trouble(conn, staff, after=read_cursor(cursor, NotificationCursor), limit=limit)
    return page(found, limit, lambda each: NotificationCursor(each.made_at, each.notification_id))


@router.post("/{notification_id}/retry", status_code=204)
async def retry(notification_id: UUID, conn: Conn, staff: Dispatcher, now: Now) -> None:
    """Try once more what was given up."""
    await outbox.try_again(conn, staff, notification_id, now)
