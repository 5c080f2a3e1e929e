"""Open pages hear of every change of the task list."""

from __future__ import annotations

from psycopg import AsyncConnection

from gateway.database import statements

_SQL = statements.load(__name__)
TASKS_CHANNEL = "hearthbeat_tasks"
"""Notified in every transaction that changes a task."""


async def notify(conn: AsyncConnection) -> None:
    """Tell open pages that the list has changed, once this transaction is committed."""
    await conn.execute(_SQL["notify"], {"channel": TASKS_CHANNEL})
