"""Notifications that did not arrive."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from gateway.notifications import outbox
from gateway.notifications.outbox import (
    Kind,
    NotificationChannel,
    NotificationCursor,
    NotificationState,
    Trouble,
)
from gateway.web.guard.context import Conn, Now
from gateway.web.operations.entries import Dispatcher
from gateway.web.parts.fields import Cursor, page, read_cursor
from gateway.web.parts.form_redirects import lead_back
from gateway.web.parts.forms import sentence
from gateway.web.parts.page_frame import PageFrame
from gateway.web.parts.renderer import render
from gateway.web.parts.setup_views import Cell, SetupPage, TableBlock
from gateway.web.parts.words import counted, moment

router = APIRouter(include_in_schema=False, prefix="/setup/deliveries")
lead_back(router, "/{number}/retry", page="/setup/deliveries")
ON_A_PAGE = 100
_LEAD = (
    "These people have NOT been notified. A message is retried for a day, then given up; "
    "at once where there is no address, or where e-mail is not set up."
)
_ABOUT: Mapping[Kind, str] = {
    Kind.TASK_RAISED: "new task",
    Kind.TASK_OFFERED: "task handed over",
    Kind.TASK_ESCALATED: "task not dealt with in time",
    Kind.TASK_WOKEN: "task that is back",
}


@router.get("")
async def deliveries_page(
    conn: Conn, staff: Dispatcher, frame: PageFrame, now: Now, cursor: Cursor = None
) -> Response:
    """What did not arrive, the newest first."""
    after = read_cursor(cursor, NotificationCursor)
    found = await outbox.in_trouble(conn, staff, after=after, limit=ON_A_PAGE)
    following = page(
        found, ON_A_PAGE, lambda each: NotificationCursor(each.made_at, each.notification_id)
    ).next
    table = TableBlock(
        ["About", "For", "Since", "What is wrong", ""],
        [_row(each, now) for each in found],
        empty="Everything has arrived.",
        following=f"/setup/deliveries?cursor={following}" if following else "",
    )
    return render(SetupPage(frame("Notifications that did not arrive"), _LEAD, [table]))


@router.post("/{notification_id}/retry")
async def retry(notification_id: UUID, conn: Conn, staff: Dispatcher, now: Now) -> Response:
    """It is tried once more."""
    await outbox.try_again(conn, staff, notification_id, now)
    return RedirectResponse("/setup/deliveries", status_code=303)


def _row(each: Trouble, now: datetime) -> list[Cell]:
    by = "e-mail" if each.channel is NotificationChannel.EMAIL else "webhook"
    task = "" if each.task_id is None else f"/tasks/{each.task_id}"
    tried = counted(each.attempts, "attempt", "attempts")
    given_up = f"given up after {tried}" if each.attempts > 1 else "given up at the first attempt"
    is_over = each.state is NotificationState.FAILED
    return [
        Cell(sentence(_ABOUT[each.kind]), href=task),
        Cell(each.staff_name or "other programs", f"by {by}"),
        Cell(moment(each.made_at, "UTC", now).age, given_up if is_over else f"{tried} so far"),
        Cell(sentence(each.problem)),
        Cell("Try again", action=f"/setup/deliveries/{each.notification_id}/retry")
        if is_over
        else Cell("is tried again by itself"),
    ]
