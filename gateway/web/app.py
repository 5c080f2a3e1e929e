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
from gateway.web import api, health
from gateway.web.answers import answer, answer_failure
from gateway.web.console import framing, leading_back, listing, pages, setup, working
from gateway.web.console.patient import correcting, directory
from gateway.web.console.patient import pages as patient_pages
from gateway.web.context import Web
from gateway.web.errors import HTTP_STATUS
from gateway.web.live import Live
from gateway.web.security import Guard


def create_app(resources: Resources, live: Live, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    """The whole of it; `live` is run by the caller."""
    app = FastAPI(title="Hearthbeat", version="1", docs_url=None, redoc_url=None)
    app.state.web = Web(resources, live, clock)
    for router in (
        health.router,
        api.router,
        leading_back.router,
        pages.router,
        framing.router,
        listing.router,
        working.router,
        directory.router,
        patient_pages.router,
        correcting.router,
        setup.router,
    ):
        app.include_router(router)
    static = files(__package__).joinpath("static")
    app.mount("/static", StaticFiles(directory=str(static)), name="static")
    for error in (*HTTP_STATUS, RequestValidationError, HTTPException):
        app.add_exception_handler(error, answer)
    app.add_middleware(ServerErrorMiddleware, handler=answer_failure)  # FastAPI's own is outside of the guard
    app.add_middleware(Guard)
    return app
