"""Errors of the domain in the words of HTTP: one table, one shape."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from gateway.database.pool import DATABASE_AWAY
from gateway.errors import Conflict, Forbidden, Refused, Unavailable, Unknown
from gateway.staff.sessions import NotSignedIn
from gateway.staff.sign_in import TooManyAttempts, WrongPassword


class Problem(BaseModel):
    """What every error looks like: a code for programs, a sentence for people."""

    error: str
    detail: str


HTTP_STATUS: Mapping[type[Exception], int] = {
    Forbidden: 403,
    Unknown: 404,
    Conflict: 409,
    Refused: 422,
    Unavailable: 503,
    NotSignedIn: 401,
    WrongPassword: 401,
    TooManyAttempts: 429,
    **dict.fromkeys(DATABASE_AWAY, 503),
}
"""By base, for everything derived from it.

Who asks has codes of its own in HTTP (401, 429): the three errors of signing in stand here by themselves,
since no room's errors are to become that. A database that is away raises what its driver does.
"""
REFUSALS = (Forbidden, Unknown, Conflict, Refused)
"""What is answered to whoever asks; the others are about the gateway, or about who asks."""


def status_of(error: Exception) -> int:
    """The HTTP status of an error with a base in the table."""
    return next(HTTP_STATUS[each] for each in type(error).__mro__ if each in HTTP_STATUS)


def problem(error: Exception) -> tuple[int, Problem]:
    """The status and the body for an error. Holds nothing of what was sent: that may be health data."""
    match error:
        case RequestValidationError():
            faults = (
                f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors()
            )
            return 422, Problem(error="invalid-request", detail="; ".join(faults))
        case HTTPException():
            phrase = HTTPStatus(error.status_code).phrase
            return error.status_code, Problem(error=_kebab(phrase), detail=f"{error.detail.rstrip('.')}.")
        case _ if isinstance(error, DATABASE_AWAY):
            return 503, Problem(error="database-away", detail="The database cannot be reached at the moment.")
        case _:
            return status_of(error), Problem(error=_kebab(type(error).__name__), detail=str(error))


def code(error: Exception) -> str:
    """What programs know an error by; any fault of ours is a failure."""
    known = (*HTTP_STATUS, RequestValidationError, HTTPException)
    return problem(error)[1].error if isinstance(error, known) else "failure"


def _kebab(name: str) -> str:
    return re.sub(r"(?<=[a-z])[ ]?(?=[A-Z])| ", "-", name).lower()
