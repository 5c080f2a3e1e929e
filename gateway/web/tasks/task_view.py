"""A task on its page, in the list, or as the part of a page that somebody acted in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from gateway.readings import history
from gateway.staff import colleagues
from gateway.tasks import contact_store, tasks
from gateway.tasks.tasks import Task
from gateway.web.guard.context import Conn, Now, Viewer, at_once
from gateway.web.parts import task_card
from gateway.web.parts.answers import is_part
from gateway.web.parts.page_frame import Framing
from gateway.web.parts.renderer import View
from gateway.web.parts.task_card import Record
from gateway.web.parts.task_line import line
from gateway.web.parts.views import TaskCard, TaskLine, TaskPage
from gateway.web.patient_page.gathering import Gathering, Part

CARD = "card-"
"""How the ids of cards on a page begin; those of lines in the list do not."""


@dataclass(frozen=True)
class Said:
    """What somebody who acted is told, and what they had written if it could not be kept."""

    notice: str | None = None
    note: str = ""


class TaskShower:
    """Shows tasks to whoever asks."""

    def __init__(self, *, conn: Conn, staff: Viewer, now: Now, frame: Framing, gathering: Gathering) -> None:
        self._conn, self._staff, self._now = conn, staff, now
        self._frame, self._gathering = frame, gathering

    async def page(self, task_id: int, said: Said | None = None) -> View:
        """The page of the task's patient with the task open; the task alone where it has none."""
        task = await self._get(task_id)
        card = await self._card(task, said or Said(), changed=said is not None)
        if task.patient_id is None:
            return TaskPage(self._frame(task.title), card)
        return await self._gathering.page(task.patient_id, card)

    async def patient(self, patient_id: int, part: Part = Part.CHARTS) -> View:
        """The page of a patient with the most pressing open task. Raises UnknownPatient."""
        task_id = await self._gathering.first_open(patient_id)
        card = None
        if task_id is not None:
            card = await self._card(await self._get(task_id), Said(), changed=False)
        return await self._gathering.page(patient_id, card, part)

    async def part(self, task_id: int, request: Request, said: Said) -> View:
        """What a request of somebody's action is answered with."""
        if not is_part(request):
            return await self.page(task_id, said)
        task = await self._get(task_id)
        if request.headers.get("hx-target", "").startswith(CARD):
            return await self._card(task, said, changed=True)
        return self._line(task, said, changed=True)

    async def _get(self, task_id: int) -> Task:
        return await tasks.get(self._conn, self._staff, task_id, self._now)

    def _line(self, task: Task, said: Said, *, changed: bool) -> TaskLine:
        return line(task, self._staff, self._now, notice=said.notice, changed=changed)

    async def _card(self, task: Task, said: Said, *, changed: bool) -> TaskCard:
        record = Record(
            task,
            await history.evidence(self._conn, task.task_id),
            await tasks.transitions(self._conn, task.task_id),
            await colleagues.of_task(self._conn, self._staff, task.task_id),
            [each.attempt for each in await contact_store.of_task(self._conn, task.task_id)],
        )
        return task_card.card(record, self._line(task, said, changed=changed), self._now, note=said.note)


Showing = Annotated[TaskShower, Depends(at_once(TaskShower))]
