"""A task as whoever asks sees it: in the list, or with all that is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from gateway.readings import history
from gateway.staff import colleagues
from gateway.tasks import contact_store, tasks
from gateway.tasks.tasks import Task
from gateway.web.guard.context import Conn, Now, Viewer, at_once
from gateway.web.parts import task_card
from gateway.web.parts.task_card import TaskRecord
from gateway.web.parts.task_line import line
from gateway.web.parts.views import TaskCard, TaskLine


@dataclass(frozen=True)
class Reply:
    """What somebody who acted is answered, and what they had written if it could not be stored."""

    notice: str | None = None
    note: str = ""


class TaskReader:
    """Tasks for whoever asks. With a `reply` they were changed by the request that is answered."""

    def __init__(self, *, conn: Conn, staff: Viewer, now: Now) -> None:
        self._conn, self._staff, self._now = conn, staff, now

    async def get(self, task_id: int) -> Task:
        """Raises UnknownTask."""
        return await tasks.get(self._conn, self._staff, task_id, self._now)

    def line(self, task: Task, reply: Reply | None = None) -> TaskLine:
        """As the list shows it."""
        notice = reply.notice if reply else None
        return line(task, self._staff, self._now, notice=notice, changed=reply is not None)

    async def card(self, task: Task, reply: Reply | None = None) -> TaskCard:
        """As its page shows it."""
        record = TaskRecord(
            task,
            await history.evidence(self._conn, task.task_id),
            await tasks.transitions(self._conn, task.task_id),
            await colleagues.of_task(self._conn, self._staff, task.task_id),
            [each.attempt for each in await contact_store.of_task(self._conn, task.task_id)],
        )
        return task_card.card(record, self.line(task, reply), self._now, note=reply.note if reply else "")


TaskViews = Annotated[TaskReader, Depends(at_once(TaskReader))]
