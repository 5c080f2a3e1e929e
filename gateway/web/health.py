"""Whether the process lives, and whether it can work."""

from __future__ import annotations

from fastapi import APIRouter

from gateway.store import migrate
from gateway.web.context import Shared

router = APIRouter(tags=["health"])
PATIENCE_S = 2.0


@router.get("/livez")
async def livez() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz")
async def readyz(web: Shared) -> dict[str, str]:
    """The database answers and is migrated."""
    async with web.resources.pool.connection(timeout=PATIENCE_S) as conn:
        await migrate.check(conn)
    return {"status": "ready"}
