"""Who acts with a command: a member of staff, with what that person may do and see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click

from edge_agent.wire.deferred_imports import deferred_imports
from gateway.commands.runner import database_url
from gateway.staff.permissions import NotPermitted, Permission, may

with deferred_imports():
    from gateway.database import migrate, pool
    from gateway.staff import sessions


@asynccontextmanager
async def acting(username: str | None, action: Permission) -> AsyncIterator[tuple[pool.Pool, sessions.Staff]]:
    """A pool on the migrated database, and who acts. Raises UnknownStaff and NotPermitted.

    Only here is a name missed: `--help` of a command whose group takes it is answered to anybody.
    """
    if username is None:
        raise click.MissingParameter(param_hint="'--as'", param_type="option")
    async with pool.open_pool(database_url()) as opened:
        async with opened.connection() as conn:
            await migrate.check(conn)
            staff = await sessions.staff_named(conn, username)
        if not may(staff.role, action):
            raise NotPermitted(f"{username} may not do this.")
        yield opened, staff
