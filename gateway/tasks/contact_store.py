"""Attempts to reach a patient, or those who can see to one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from gateway.database import statements
from gateway.tasks import actions
from gateway.tasks.actions import Act, TaskNotOpen
from gateway.tasks.contacts import Attempt, ContactChannel, Whom
from gateway.tasks.states import Action
from gateway.tasks.tasks import Task

_SQL = statements.load(__name__)


@dataclass(frozen=True)
class ContactAttempt:
    """Who tried to reach whom, how, and whether it succeeded."""

    contact_attempt_id: int
    task_id: int
    at: datetime
    staff_name: str
    whom: Whom
    channel: ContactChannel
    reached: bool
    note: str

    @property
    def attempt(self) -> Attempt:
        return Attempt(self.at, self.whom, self.reached)


async def add(conn: AsyncConnection, act: Act, *, whom: Whom, channel: ContactChannel, reached: bool) -> Task:
    """Keep an attempt; `act.why` is what was said. The owner's first one begins the work.

    Raises UnknownTask, and TaskNotOpen where the task is closed or is no patient's.
    """
    text = f"{whom}, {channel}: {'reached' if reached else 'not reached'}"
    task = await actions.note(
        conn, replace(act, why=f"{text}. {act.why}" if act.why else text), Action.CONTACT
    )
    if task.patient_id is None:
        raise TaskNotOpen("This task is no patient's: there is nobody to reach.")
    row = {
        "task_id": act.task_id,
        "now": act.now,
        "staff_id": act.by.staff_id,
        "whom": whom,
        "channel": channel,
        "reached": reached,
        "note": act.why,
    }
    await conn.execute(_SQL["add"], row)
    return task


async def of_task(conn: AsyncConnection, task_id: int) -> list[ContactAttempt]:
    """The attempts for a task, the first first. Whether it is within reach is asked before."""
    return await _find(conn, "of_task", {"task_id": task_id})


async def last_of_patient(conn: AsyncConnection, patient_id: int) -> ContactAttempt | None:
    """When somebody last tried to reach the patient. Whether the patient is within reach is asked before."""
    found = await _find(conn, "last_of_patient", {"patient_id": patient_id})
    return found[0] if found else None


async def _find(conn: AsyncConnection, statement: str, row: Mapping[str, object]) -> list[ContactAttempt]:
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_SQL[statement], row)
        return [_attempt(each) for each in await cursor.fetchall()]


def _attempt(row: dict[str, Any]) -> ContactAttempt:
    return ContactAttempt(**row | {"whom": Whom(row["whom"]), "channel": ContactChannel(row["channel"])})
