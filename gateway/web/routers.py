"""The HTTP API. An endpoint translates and does nothing else."""

from __future__ import annotations

from fastapi import APIRouter

from gateway.web.devices import api as assignments
from gateway.web.guard.errors import Problem
from gateway.web.hubs import api as hubs
from gateway.web.limits import api as limits
from gateway.web.operations import api as operations
from gateway.web.operations import notifications_api, quarantine_api
from gateway.web.patients import (
    accesses_api,
    adherence_api,
    corrections_api,
    notes_api,
    panel_api,
    profiles_api,
    schedules_api,
    series_api,
)
from gateway.web.patients import api as patients
from gateway.web.staff import api as staff
from gateway.web.staff import session_api
from gateway.web.tasks import actions_api
from gateway.web.tasks import api as tasks
from gateway.web.teams import api as teams

router = APIRouter(
    prefix="/api",
    responses={status: {"model": Problem} for status in (400, 401, 403, 404, 409, 411, 413, 422, 429, 503)},
)
for each in (
    session_api,
    staff,
    patients,
    panel_api,
    schedules_api,
    accesses_api,
    series_api,
    adherence_api,
    corrections_api,
    profiles_api,
    notes_api,
    tasks,
    actions_api,
    teams,
    assignments,
    hubs,
    limits,
    notifications_api,
    operations,
    quarantine_api,
):
    router.include_router(each.router)
