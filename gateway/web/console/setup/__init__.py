"""The pages on which the work is set up, and those on what did not go as it should."""

from __future__ import annotations

from fastapi import APIRouter

from gateway.web.console.setup import (
    accesses,
    account,
    deliveries,
    devices,
    hubs,
    index,
    limits,
    members,
    patients,
    pauses,
    quarantine,
    set_aside,
    staff,
    teams,
    writing,
)

router = APIRouter()
for each in (
    index,
    account,
    patients,
    devices,
    hubs,
    limits,
    pauses,
    accesses,
    quarantine,
    set_aside,
    deliveries,
    staff,
    members,
    teams,
    writing,
):
    router.include_router(each.router)
