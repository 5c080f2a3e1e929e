"""Where an address that only takes forms leads whoever reloads what it answered: to the form's page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

LEADS_BACK = "lead_back"
"""The name of every such route."""


def lead_back(router: APIRouter, path: str, page: str) -> None:
    """From `path` (below the router's prefix) to `page` (from the root), which names parts of `path`."""

    async def back(request: Request) -> Response:
        return RedirectResponse(page.format(**request.path_params), status_code=303)

    router.add_api_route(path, back, methods=["GET"], name=LEADS_BACK)
