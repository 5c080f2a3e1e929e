"""Where an address that only takes forms leads whoever reloads what it answered: to the form's page."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

router = APIRouter(include_in_schema=False)
PAGES: Mapping[str, str] = {
    "/sign-out": "/",
    "/worklist": "/",
    "/tasks/{task_id}/{action}": "/tasks/{task_id}",
    "/patients/{patient_id}/readings/{action}": "/patients/{patient_id}/readings",
    "/patients/{patient_id}/corrections/{number}/withdraw": "/patients/{patient_id}/readings",
    "/setup/patients/{patient_id}/limits/{number}/actions/{action}": "/setup/patients/{patient_id}/limits",
    "/setup/patients/{patient_id}/pauses/{number}/end": "/setup/patients/{patient_id}/pauses",
    "/setup/quarantine/{number}/{action}": "/setup/quarantine/{number}",
    "/setup/staff/teams": "/setup/staff",
    "/setup/staff/{staff_id}/{action}": "/setup/staff/{staff_id}",
    "/setup/deliveries/{number}/retry": "/setup/deliveries",
}


async def lead_back(request: Request) -> Response:
    """To the page on which the form is."""
    page = PAGES[request.scope["route"].path]
    return RedirectResponse(page.format(**request.path_params), status_code=303)


for path in PAGES:
    router.add_api_route(path, lead_back, methods=["GET"])
