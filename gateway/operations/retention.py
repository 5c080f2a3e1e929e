"""What is kept for a time only: devices' own bytes. The readings that were made of them stay."""

from __future__ import annotations

from datetime import datetime

from gateway.database import kind as kinds
from gateway.database import statements
from gateway.database.pool import Pool

_SQL = statements.load(__name__)
MOST = 10_000
"""Rows of one transaction, where they have to be deleted one by one."""


async def remove_raw(pool: Pool, before: datetime) -> int:
    """Remove the bytes that hubs captured before a time; how many chunks, or rows where there are none.

    A chunk goes whole, once all of it is old: up to its length later.
    """
    async with pool.connection() as conn:
        kind = await kinds.stored_kind(conn)
        if kind is not None and kind.has_hypertables:
            [(dropped,)] = await (await conn.execute(_SQL["drop_raw_chunks"], {"before": before})).fetchall()
            return int(dropped)
    removed = 0
    while True:
        async with pool.connection() as conn:
            deleted = (await conn.execute(_SQL["delete_raw"], {"before": before, "most": MOST})).rowcount
        removed += deleted
        if deleted < MOST:
            return removed
