"""What watches a process that plays other roles: its health and its numbers, on a port of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from gateway.clock import utc_now
from gateway.resources import Resources
from gateway.web import health
from gateway.web.guard.context import Web
from gateway.web.guard.errors import HTTP_STATUS
from gateway.web.live import Live
from gateway.web.parts.answers import answer
from gateway.web.server import listen, serve


def create_monitor(resources: Resources, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    """/livez, /readyz and /metrics, and nothing else."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.web = Web(resources, Live(), clock)
    app.include_router(health.router)
    for error in (*HTTP_STATUS, HTTPException):
        app.add_exception_handler(error, answer)
    return app


async def monitor(resources: Resources) -> None:
    """Serve until `resources.stop`, if a port is set. Raises SettingError if it cannot be listened on."""
    settings = resources.settings
    if settings.metrics_port is None:
        return
    with listen("HEARTHBEAT_METRICS_PORT", settings.web_host, settings.metrics_port) as listener:
        await serve(create_monitor(resources), listener, resources.stop)
