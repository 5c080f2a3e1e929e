"""The page of a patient with one of their tasks in hand, or the part of a page that somebody acted in."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from gateway.web.guard.context import at_once
from gateway.web.parts.answers import is_part
from gateway.web.parts.page_frame import PageFrame
from gateway.web.parts.renderer import View
from gateway.web.patient_page.page import PageBuilder, Part
from gateway.web.tasks.task_view import Reply, TaskViews
from gateway.web.tasks.views import TaskPage

CARD = "card-"
"""How the ids of cards on a page begin; those of lines in the list do not."""


class TaskInHand:
    """Pages for whoever asks, with a task in hand."""

    def __init__(self, *, tasks: TaskViews, builder: PageBuilder, frame: PageFrame) -> None:
        self._tasks, self._builder, self._frame = tasks, builder, frame

    async def of_task(self, task_id: int, reply: Reply | None = None) -> View:
        """The page of the task's patient with the task open; the task alone where it has none."""
        task = await self._tasks.get(task_id)
        card = await self._tasks.card(task, reply)
        if task.patient_id is None:
            return TaskPage(self._frame(task.title), card)
        return await self._builder.page(task.patient_id, card)

    async def of_patient(self, patient_id: int, part: Part = Part.CHARTS) -> View:
        """The page of a patient with the most pressing open task. Raises UnknownPatient."""
        task_id = await self._builder.first_open(patient_id)
        card = None if task_id is None else await self._tasks.card(await self._tasks.get(task_id))
        return await self._builder.page(patient_id, card, part)

    async def part(self, task_id: int, request: Request, reply: Reply) -> View:
        """What a request of somebody's action is answered with."""
        if not is_part(request):
            return await self.of_task(task_id, reply)
        task = await self._tasks.get(task_id)
        if request.headers.get("hx-target", "").startswith(CARD):
            return await self._tasks.card(task, reply)
        return self._tasks.line(task, reply)


PagesInHand = Annotated[TaskInHand, Depends(at_once(TaskInHand))]
