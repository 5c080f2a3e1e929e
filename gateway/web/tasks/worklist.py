"""The task list, and beside it what else needs somebody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.responses import Response

from gateway import faults
from gateway.canary import canary
from gateway.hubs import hubs
from gateway.notifications import outbox
from gateway.operations import attention
from gateway.patients import assignments
from gateway.staff import members, sign_in
from gateway.tasks import tasks
from gateway.tasks.tasks import Wanted
from gateway.web.guard.context import Conn, Now, Overseer, Seen, Shared, Viewer, at_once
from gateway.web.operations import operations_panel
from gateway.web.operations.operations_panel import Operations
from gateway.web.parts.fields import page
from gateway.web.parts.page_frame import Framing
from gateway.web.parts.renderer import render
from gateway.web.parts.task_line import line
from gateway.web.parts.views import Attention, Worklist, WorklistPage
from gateway.web.tasks import worklist_filter
from gateway.web.tasks.worklist_filter import ON_A_PAGE, Narrowed

router = APIRouter(include_in_schema=False)


class Lister:
    """Lists for whoever asks, and says whom of they see."""

    def __init__(self, *, web: Shared, conn: Conn, viewer: Viewer, now: Now, seen: Seen) -> None:
        self._web, self._conn, self._viewer, self._now, self._seen = web, conn, viewer, now, seen

    async def __call__(self, narrowed: Narrowed) -> Worklist:
        conn, viewer, now = self._conn, self._viewer, self._now
        wanted = narrowed.wanted(now)
        found = await tasks.find(conn, viewer, wanted)
        self._seen.update(task.patient_id for task in found if task.patient_id is not None)
        everything = await tasks.count(conn, viewer, Wanted(now=now))
        open_count = sum(everything.by_priority.values())
        found_count = open_count - everything.snoozed
        if narrowed.is_by_choice:
            found_count = sum((await tasks.count(conn, viewer, wanted)).by_priority.values())
        teams = await members.team_names(conn, viewer)
        return Worklist(
            open_count=open_count,
            found_count=found_count,
            mine_count=everything.mine,
            overdue_count=everything.overdue,
            snoozed_count=everything.snoozed,
            is_narrowed=narrowed.is_by_choice,
            is_in_no_team=not teams,
            filters=worklist_filter.filters(
                narrowed,
                everything,
                teams,
                [(each.name, each.title) for each in self._web.resources.rule_sets.values()],
            ),
            lines=[line(task, viewer, now) for task in found],
            next_cursor=page(found, ON_A_PAGE, lambda task: task.place(now)).next,
            is_first=narrowed.cursor is None,
        )


Listing = Annotated[Lister, Depends(at_once(Lister))]


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

    return await web.attention.get(overseer.organisation_id, find)


Attended = Annotated[Attention, Depends(_attention)]


@router.get("/")
async def worklist_page(
    narrowed: Annotated[Narrowed, Query()], listing: Listing, frame: Framing, attended: Attended
) -> Response:
    """What is to be done."""
    return render(WorklistPage(frame("Tasks"), await listing(narrowed), attended))


@router.post("/")
async def narrowed_page(
    narrowed: Annotated[Narrowed, Form()], listing: Listing, frame: Framing, attended: Attended
) -> Response:
    """The same, for a search and for what follows the first page."""
    return render(WorklistPage(frame("Tasks"), await listing(narrowed), attended))


@router.post("/worklist")
async def worklist(narrowed: Annotated[Narrowed, Form()], listing: Listing) -> Response:
    """The list alone, for a page that is open."""
    return render(await listing(narrowed))


@router.get("/attention")
async def attention_panel(attended: Attended) -> Response:
    """The panel alone, for a page that is open."""
    return render(attended)
