"""The HTTP API. An endpoint translates and does nothing else."""

from __future__ import annotations

from fastapi import APIRouter

from gateway.web.api import (
    accesses,
    adherence,
    assignments,
    corrections,
    hubs,
    limits,
    notifications,
    operations,
    panel,
    patients,
    plans,
    profiles,
    quarantine,
    records,
    series,
    session,
    staff,
    tasks,
    teams,
    working,
)
from gateway.web.errors import Problem

router = APIRouter(
    prefix="/api",
    responses={status: {"model": Problem} for status in (400, 401, 403, 404, 409, 411, 413, 422, 429, 503)},
)
for each in (
    session,
    staff,
    patients,
    panel,
    plans,
    accesses,
    series,
    adherence,
    corrections,
    profiles,
    records,
    tasks,
    working,
    teams,
    assignments,
    hubs,
    limits,
    notifications,
    operations,
    quarantine,
):
    router.include_router(each.router)
