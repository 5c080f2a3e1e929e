"""What people were told of readings that were not the patient's, or were none: taken back, and kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from psycopg import AsyncConnection

from gateway.database import statements
from gateway.notifications import open_pages
from gateway.patients import due

_SQL = statements.load(__name__)


async def lock_patients(conn: AsyncConnection, patient_ids: Collection[int]) -> None:
    """Until the transaction ends nobody judges these patients."""
    await conn.execute(_SQL["lock_patients"], {"patient_ids": list(patient_ids)})


async def retract_findings(
    conn: AsyncConnection, gone: Collection[tuple[int, int]], row: Mapping[str, Any]
) -> None:
    """After evidence of these tasks and episodes is gone: what rests on nothing else is entered in error.

    `row` says `patient_id`, `affected_from` (the earliest time), `staff_id`, `now` and the tasks' `note`.
    """
    touched = {
        **row,
        "task_ids": sorted({task_id for task_id, _ in gone}),
        "episode_ids": sorted({episode_id for _, episode_id in gone}),
    }
    for statement in ("lock_tasks", "void_tasks", "restate_tasks", "void_episodes", "shorten_episodes"):
        await conn.execute(_SQL[statement], touched)
    await conn.execute(_SQL["reopen_episodes"], touched)
    # What is left may rest on a reading that is gone, such as the lower one of a gain.
    await due.judge_again(conn, [row["patient_id"]], row["note"], row["now"])
    await open_pages.notify(conn)
