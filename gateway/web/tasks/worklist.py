"""The task list, and beside it what else needs somebody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query
from starlette.responses import Response

from gateway.staff import members
from gateway.tasks import tasks
from gateway.tasks.tasks import Wanted
from gateway.web.guard.context import Conn, Now, Seen, Shared, Viewer, at_once
from gateway.web.operations.attention_page import AttentionPanel
from gateway.web.parts.fields import page
from gateway.web.parts.form_redirects import lead_back
from gateway.web.parts.page_frame import PageFrame
from gateway.web.parts.renderer import render
from gateway.web.parts.task_line import line
from gateway.web.tasks import worklist_filter
from gateway.web.tasks.views import Worklist, WorklistPage
from gateway.web.tasks.worklist_filter import ON_A_PAGE, WorklistFilter

router = APIRouter(include_in_schema=False)
lead_back(router, "/worklist", page="/")


class WorklistReader:
    """The task list for whoever asks; the patients on it are named for the audit."""

    def __init__(self, *, web: Shared, conn: Conn, viewer: Viewer, now: Now, seen: Seen) -> None:
        self._web, self._conn, self._viewer, self._now, self._seen = web, conn, viewer, now, seen

    async def __call__(self, chosen: WorklistFilter) -> Worklist:
        conn, viewer, now = self._conn, self._viewer, self._now
        wanted = chosen.wanted(now)
        found = await tasks.find(conn, viewer, wanted)
        self._seen.update(task.patient_id for task in found if task.patient_id is not None)
        everything = await tasks.count(conn, viewer, Wanted(now=now))
        open_count = sum(everything.by_priority.values())
        found_count = open_count - everything.snoozed
        if chosen.is_by_choice:
            found_count = sum((await tasks.count(conn, viewer, wanted)).by_priority.values())
        teams = await members.team_names(conn, viewer)
        return Worklist(
            open_count=open_count,
            found_count=found_count,
            mine_count=everything.mine,
            overdue_count=everything.overdue,
            snoozed_count=everything.snoozed,
            is_narrowed=chosen.is_by_choice,
            is_in_no_team=not teams,
            filters=worklist_filter.filters(
                chosen,
                everything,
                teams,
                [(each.name, each.title) for each in self._web.resources.rule_sets.values()],
            ),
            lines=[line(task, viewer, now) for task in found],
            next_cursor=page(found, ON_A_PAGE, lambda task: task.place(now)).next,
            is_first=chosen.cursor is None,
        )


Worklists = Annotated[WorklistReader, Depends(at_once(WorklistReader))]


@router.get("/")
async def worklist_page(
    chosen: Annotated[WorklistFilter, Query()],
    worklists: Worklists,
    frame: PageFrame,
    attention: AttentionPanel,
) -> Response:
    """What is to be done."""
    return render(WorklistPage(frame("Tasks"), await worklists(chosen), attention))


@router.post("/")
async def narrowed_page(
    chosen: Annotated[WorklistFilter, Form()],
    worklists: Worklists,
    frame: PageFrame,
    attention: AttentionPanel,
) -> Response:
    """The same, for a search and for what follows the first page."""
    return render(WorklistPage(frame("Tasks"), await worklists(chosen), attention))


@router.post("/worklist")
async def worklist(chosen: Annotated[WorklistFilter, Form()], worklists: Worklists) -> Response:
    """The list alone, for a page that is open."""
    return render(await worklists(chosen))
