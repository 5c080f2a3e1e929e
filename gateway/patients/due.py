"""When a patient is looked at although nothing arrived."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from psycopg import AsyncConnection

from gateway.database import statements

_SQL = statements.load(__name__)
LATELY = timedelta(days=1)
"""Readings this new are held against a limit that has changed, also where nothing was open."""


async def judge_soon(conn: AsyncConnection, patient_id: int, now: datetime) -> None:
    """Judge what goes by the clock: when the patient measures, or does not, has changed."""
    await conn.execute(_SQL["judge_soon"], {"patient_id": patient_id, "now": now})


async def judge_again(conn: AsyncConnection, patient_ids: Collection[int], why: str, now: datetime) -> None:
    """Judge what is open, and the newest readings: what they are held against has changed.

    `why` is told on the tasks that change because of it; it holds no measured value.
    """
    row = {"patient_ids": list(patient_ids), "why": why, "now": now, "lately": now - LATELY}
    await conn.execute(_SQL["judge_again"], row)
