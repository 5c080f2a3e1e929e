"""The application: API, console, their errors and their guard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib.resources import files

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.staticfiles import StaticFiles

from gateway.clock import utc_now
from gateway.resources import Resources
from gateway.web import form_redirects, health, pages, routers, setup_routers
from gateway.web.guard.context import Web
from gateway.web.guard.errors import HTTP_STATUS
from gateway.web.guard.security import Guard
from gateway.web.live import Live
from gateway.web.parts import page_frame
from gateway.web.parts.answers import answer, answer_failure
from gateway.web.patient_page import correction_pages
from gateway.web.patient_page import pages as patient_pages
from gateway.web.patients import directory_page
from gateway.web.tasks import actions_pages, worklist


def create_app(resources: Resources, live: Live, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    """The whole of it; `live` is run by the caller."""
    app = FastAPI(title="Hearthbeat", version="1", docs_url=None, redoc_url=None)
    app.state.web = Web(resources, live, clock)
    for router in (
        health.router,
        routers.router,
        form_redirects.router,
        pages.router,
        page_frame.router,
        worklist.router,
        actions_pages.router,
        directory_page.router,
        patient_pages.router,
        correction_pages.router,
        setup_routers.router,
    ):
        app.include_router(router)
    static = files(__package__).joinpath("static")
    app.mount("/static", StaticFiles(directory=str(static)), name="static")
    for error in (*HTTP_STATUS, RequestValidationError, HTTPException):
        app.add_exception_handler(error, answer)
    app.add_middleware(ServerErrorMiddleware, handler=answer_failure)  # FastAPI's own is outside of the guard
    app.add_middleware(Guard)
    return app
