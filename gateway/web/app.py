"""The application: API, console, their errors and their guard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib.resources import files

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from gateway.clock import utc_now
from gateway.resources import Resources
from gateway.web import events, health, setup_pages
from gateway.web.devices import api as devices_api
from gateway.web.guard.context import Web
from gateway.web.guard.errors import HTTP_STATUS, Problem
from gateway.web.guard.security import Guard
from gateway.web.hubs import api as hubs_api
from gateway.web.limits import api as limits_api
from gateway.web.live import Live
from gateway.web.operations import api as operations_api
from gateway.web.operations import attention_page, notifications_api, quarantine_api
from gateway.web.parts import banner
from gateway.web.parts.answers import answer, answer_failure
from gateway.web.parts.renderer import render
from gateway.web.parts.views import DocsPage
from gateway.web.patient_page import correction_pages, task_pages
from gateway.web.patient_page import pages as patient_pages
from gateway.web.patients import (
    accesses_api,
    adherence_api,
    corrections_api,
    directory_page,
    notes_api,
    panel_api,
    profiles_api,
    schedules_api,
    series_api,
)
from gateway.web.patients import api as patients_api
from gateway.web.staff import api as staff_api
from gateway.web.staff import session_api, session_pages
from gateway.web.tasks import actions_api, worklist
from gateway.web.tasks import api as tasks_api
from gateway.web.teams import api as teams_api

API = (
    session_api,
    staff_api,
    patients_api,
    panel_api,
    schedules_api,
    accesses_api,
    series_api,
    adherence_api,
    corrections_api,
    profiles_api,
    notes_api,
    tasks_api,
    actions_api,
    teams_api,
    devices_api,
    hubs_api,
    limits_api,
    notifications_api,
    operations_api,
    quarantine_api,
)
PAGES = (
    events,
    banner,
    session_pages,
    worklist,
    attention_page,
    task_pages,
    directory_page,
    patient_pages,
    correction_pages,
    setup_pages,
)
PROBLEMS = (400, 401, 403, 404, 409, 411, 413, 422, 429, 503)


def create_app(resources: Resources, live: Live, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    """The whole of it; `live` is run by the caller."""
    app = FastAPI(title="Hearthbeat", version="1", docs_url=None, redoc_url=None)
    app.state.web = Web(resources, live, clock)
    app.include_router(health.router)
    app.include_router(_api())
    app.add_api_route("/docs", docs, include_in_schema=False)
    for each in PAGES:
        app.include_router(each.router)
    static = files(__package__).joinpath("static")
    app.mount("/static", StaticFiles(directory=str(static)), name="static")
    for error in (*HTTP_STATUS, RequestValidationError, HTTPException):
        app.add_exception_handler(error, answer)
    app.add_middleware(ServerErrorMiddleware, handler=answer_failure)  # FastAPI's own is outside of the guard
    app.add_middleware(Guard)
    return app


def _api() -> APIRouter:
    """An endpoint translates and does nothing else."""
    router = APIRouter(prefix="/api", responses={status: {"model": Problem} for status in PROBLEMS})
    for each in API:
        router.include_router(each.router)
    return router


async def docs() -> Response:
    """The API, to read and to try."""
    return render(DocsPage())
