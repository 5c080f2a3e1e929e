"""How an error is answered: JSON for programs, a page for people, a note for a part of a page."""

from __future__ import annotations

import logging

from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from gateway.staff.sessions import NotSignedIn, OwnPasswordNeeded
from gateway.staff.sign_in import TooManyAttempts
from gateway.web.guard.errors import Problem, problem
from gateway.web.parts.forms import fault_text
from gateway.web.parts.renderer import render
from gateway.web.parts.views import ErrorPage, Frame, Notice

logger = logging.getLogger(__name__)
SIGN_IN = "/sign-in"
OWN_ACCOUNT = "/account"
FOR_PROGRAMS = ("/api/", "/livez", "/readyz", "/metrics", "/openapi.json")


async def answer(request: Request, error: Exception) -> Response:
    """The answer to an error of the domain."""
    status, body = problem(error)
    if request.url.path.startswith(FOR_PROGRAMS):
        return JSONResponse(body.model_dump(), status_code=status, headers=_headers(error, request))
    if isinstance(error, NotSignedIn):
        return _to(SIGN_IN, request)
    if isinstance(error, OwnPasswordNeeded):
        return _to(OWN_ACCOUNT, request)
    return _render_problem(request, *_for_people(error, status, body))


async def answer_failure(request: Request, _: Exception) -> Response:
    """The answer to a fault of ours; the server logs it."""
    body = Problem(error="failure", detail="Something went wrong here. It has been logged.")
    if request.url.path.startswith(FOR_PROGRAMS):
        answered: Response = JSONResponse(body.model_dump(), status_code=500)
    else:
        answered = _render_problem(request, 500, body)
    answered.headers["Connection"] = "close"  # which the server does after a fault
    return answered


def _headers(error: Exception, request: Request) -> dict[str, str]:
    """What a program can go by."""
    match error:
        case HTTPException(status_code=405):
            return {"Allow": ", ".join(sorted(_methods(request)))}
        case TooManyAttempts():
            return {"Retry-After": str(error.wait_s)}
        case _:
            return {}


def _methods(request: Request) -> set[str]:
    """Those of all endpoints at this address."""
    at_this = (
        route.methods
        for route in iter_route_contexts(request.app.routes)
        if route.methods and route.path_regex.match(request.url.path)
    )
    return set().union(*at_this)


def is_part(request: Request) -> bool:
    """Whether a script of ours asks, for a part of its page."""
    return "hx-request" in request.headers


def _for_people(error: Exception, status: int, body: Problem) -> tuple[int, Problem]:
    """The same without the words of programs: whoever mistypes an address, or types too much."""
    match error:
        case HTTPException(status_code=404 | 405):
            return 404, _NO_PAGE
        case RequestValidationError():
            faults = error.errors()
            if any(each["loc"][0] != "body" for each in faults):
                return 404, _NO_PAGE
            return status, Problem(error=body.error, detail=" ".join(dict.fromkeys(map(fault_text, faults))))
        case _:
            return status, body


_NO_PAGE = Problem(
    error="not-found", detail="There is no page at this address: perhaps it was mistyped, or a link is old."
)


def _to(address: str, request: Request) -> Response:
    if is_part(request):
        return Response(status_code=401, headers={"HX-Redirect": address})
    if request.url.path == "/events":
        return Response(status_code=401)
    return RedirectResponse(address, status_code=303)


def _render_problem(request: Request, status: int, body: Problem) -> Response:
    if is_part(request):
        headers = {"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"}
        return render(Notice(body.detail), status, headers)
    return render(ErrorPage(Frame("Something is not right"), status, body.detail), status)
