"""A clinic in which time passes: what the role does at a moment, and what people do in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerting.rules import Priority
from gateway.database.pool import Pool
from gateway.evaluation.escalate import escalate_once, hold
from gateway.tasks import create, tasks
from gateway.tasks.actions import Act
from gateway.tasks.create import NewTask
from gateway.tasks.states import Origin
from gateway.tasks.tasks import Task
from tests.gateway.web.clinic import Clinic


@dataclass
class EscalationClinic:
    """`clinic` has nurses ann and ben, and adam, who administrates."""

    clinic: Clinic
    pool: Pool
    number: int | None = None

    async def raise_task(self, priority: Priority, now: datetime, *, operational: bool = False) -> int:
        new = NewTask(
            self.clinic.organisation_id,
            Origin.OPERATIONAL if operational else Origin.MANUAL,
            "Severe high blood pressure",
            "Systolic 190 mmHg",
            priority,
            patient_id=None if operational else await self.clinic.add_patient(f"P-{now:%H%M%S%f}"),
        )
        opened = await create.open_task(self.clinic.conn, new, now)
        await self.clinic.conn.commit()
        return opened.task_id

    async def pass_until(self, now: datetime, *, runs: int = 2) -> None:
        """The role runs at that moment, more often than it need."""
        self.number = await hold(self.pool, self.number, now)
        assert self.number is not None
        for _ in range(runs):
            while await escalate_once(self.pool, self.number, now):
                pass

    async def act(self, username: str, task_id: int, now: datetime, why: str = "") -> Act:
        staff = self.clinic.staff[username]
        task = await tasks.get(self.clinic.conn, staff, task_id)
        return Act(task_id, staff, task.version, now, why)

    async def task(self, task_id: int) -> Task:
        found = await tasks.get(self.clinic.conn, self.clinic.staff["adam"], task_id)
        await self.clinic.conn.commit()
        return found

    async def rows(self, query: str, *values: object) -> Sequence[tuple[Any, ...]]:
        found = await (await self.clinic.conn.execute(query.encode(), values)).fetchall()
        await self.clinic.conn.commit()
        return found
