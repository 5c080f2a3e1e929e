"""Hubs and their access to the broker."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from gateway.hubs import broker_access, gaps, hubs
from gateway.hubs.broker_access import HubAccess
from gateway.hubs.gaps import Gaps
from gateway.hubs.hubs import Hub
from gateway.web.guard.context import Conn, Overseer, Shared
from gateway.web.guard.idempotency import Once
from gateway.web.hubs.entries import HubEntry, HubName, Manager
from gateway.web.parts.fields import Cursor, Limit, Page, Text, page, read_cursor

router = APIRouter(prefix="/hubs", tags=["hubs"])


@router.post("", status_code=201)
async def enrol(entry: HubEntry, web: Shared, conn: Conn, staff: Manager, once: Once) -> HubAccess:
    """Enrol a hub. Its password is shown here and never again.

    Asked again under the same key, it is null, and `POST /api/hubs/{name}/password` makes another.
    """
    return await once(
        HubAccess,
        lambda: broker_access.enrol(conn, web.resources.settings, staff.organisation_id, entry.name),
        unstored="password",
    )


@router.post("/{name}/password")
async def renew(name: Annotated[HubName, Path()], web: Shared, conn: Conn, staff: Manager) -> HubAccess:
    """A new password for a hub; the old one ends."""
    return await broker_access.renew(conn, web.resources.settings, staff.organisation_id, name)


@router.get("")
async def find(conn: Conn, staff: Overseer, limit: Limit = 100, cursor: Cursor = None) -> Page[Hub]:
    """The hubs, and which positions of each epoch are accounted for."""
    found = await hubs.all_of(conn, staff, after=read_cursor(cursor, Text) or "", limit=limit)
    return page(found, limit, lambda hub: hub.name)


@router.get("/{name}/gaps")
async def find_gaps(name: Annotated[HubName, Path()], conn: Conn, staff: Overseer) -> list[Gaps]:
    """Whether all that a hub numbered has arrived, its newest epoch first."""
    return await gaps.of_hub(conn, staff, name)
