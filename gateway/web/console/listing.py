"""The task list, and beside it what else needs somebody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway.store import assignments, attention, hubs, tasks
from gateway.store.tasks import Place, Wanted
from gateway.web.api.fields import Cursor, page, read_cursor
from gateway.web.console import attending, building
from gateway.web.console.attending import Operations
from gateway.web.console.rendering import render
from gateway.web.console.views import Attention, Frame, Worklist, WorklistPage
from gateway.web.context import Conn, Now, Overseer, Seen, Viewer

router = APIRouter(include_in_schema=False)
ON_A_PAGE = 100


async def _worklist(conn: Conn, staff: Viewer, now: Now, seen: Seen, cursor: Cursor = None) -> Worklist:
    found = await tasks.find(conn, staff, Wanted(after=read_cursor(cursor, Place), limit=ON_A_PAGE))
    seen.update(task.patient_id for task in found)
    return building.worklist(
        found,
        await tasks.count_open(conn, staff),
        staff,
        now,
        next_cursor=page(found, ON_A_PAGE, lambda task: task.place).next,
        is_first=cursor is None,
    )


async def _attention(conn: Conn, staff: Overseer, now: Now) -> Attention:
    operations = Operations(
        await attention.waiting(conn, staff),
        await assignments.sources(conn, staff, unassigned=True),
        await attention.quarantine_reasons(conn, staff),
        await hubs.presence(conn, staff, now),
    )
    return attending.attention(operations, now)


Listed = Annotated[Worklist, Depends(_worklist)]
Attended = Annotated[Attention, Depends(_attention)]


@router.get("/")
async def worklist_page(staff: Viewer, listed: Listed, attended: Attended) -> Response:
    """What is to be done."""
    return render(WorklistPage(Frame("Tasks", staff.name), listed, attended))


@router.get("/worklist")
async def worklist(listed: Listed) -> Response:
    """The list alone, for a page that is open."""
    return render(listed)


@router.get("/attention")
async def attention_panel(attended: Attended) -> Response:
    """The panel alone, for a page that is open."""
    return render(attended)
