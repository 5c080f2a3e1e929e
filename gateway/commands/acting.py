"""Who acts with a command: a member of staff, with what that person may do and see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.commands.running import database_url
from gateway.identity.permissions import Action, NotPermitted, may
from gateway.store import migrate, sessions
from gateway.store.pool import Pool, open_pool
from gateway.store.sessions import Staff


@asynccontextmanager
async def acting(username: str, action: Action) -> AsyncIterator[tuple[Pool, Staff]]:
    """A pool on the migrated database, and who acts. Raises UnknownStaff and NotPermitted."""
    async with open_pool(database_url()) as pool:
        async with pool.connection() as conn:
            await migrate.check(conn)
            staff = await sessions.staff_named(conn, username)
        if not may(staff.role, action):
            raise NotPermitted(f"{username} may not do this.")
        yield pool, staff
