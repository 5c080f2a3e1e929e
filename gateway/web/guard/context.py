"""What endpoints ask for: a connection, the time, who asks and whether they may.

All are `async`, also where nothing waits: FastAPI calls a plain function in a thread, which costs more than
what it does.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Annotated, ParamSpec, TypeVar

from fastapi import Depends, Path, Request
from fastapi.security import APIKeyCookie

from gateway.database.connection import Connection
from gateway.patients import patients
from gateway.patients.patients import Patient
from gateway.resources import Resources
from gateway.staff import sessions
from gateway.staff.permissions import NotPermitted, Permission, may
from gateway.staff.sessions import NotSignedIn, Staff
from gateway.staff.sign_in import digest
from gateway.web.guard.audit import audited
from gateway.web.guard.ids import LAST_ID
from gateway.web.live import Live
from gateway.web.ttl_cache import TtlCaches

Parameters = ParamSpec("Parameters")
Made = TypeVar("Made")
COOKIE = "hearthbeat_session"
BROWSER_COOKIE = "hearthbeat_browser"
"""Stays when a session ends: who has signed in here before is not kept out by guesses from elsewhere."""
CACHED_S = 5.0
"""What is said of a whole organisation costs the same however many pages say it."""


@dataclass(frozen=True)
class Web:
    """What the whole application shares."""

    resources: Resources
    live: Live
    clock: Callable[[], datetime]
    caches: TtlCaches = field(default_factory=lambda: TtlCaches(CACHED_S))


async def _web(request: Request) -> Web:
    web: Web = request.app.state.web
    return web


Shared = Annotated[Web, Depends(_web)]


async def _connection(web: Shared) -> AsyncIterator[Connection]:
    async with web.resources.pool.connection() as conn:
        yield conn


Conn = Annotated[Connection, Depends(_connection, scope="function")]
"""One transaction, committed before the answer is sent and rolled back by an error."""


async def _now(web: Shared) -> datetime:
    return web.clock()


Now = Annotated[datetime, Depends(_now)]
Token = Annotated[str | None, Depends(APIKeyCookie(name=COOKIE, auto_error=False))]


async def patients_seen() -> set[int]:
    return set()


Seen = Annotated[set[int], Depends(patients_seen)]
"""For an endpoint whose path does not say which patients its answer is about: it adds them, for the audit."""


async def signed_in(request: Request, token: Token, conn: Conn, seen: Seen, now: Now) -> AsyncIterator[Staff]:
    staff = await sessions.staff_of(conn, _digest(token), now)
    async with audited(conn, staff, request, seen, now):
        yield staff


def at_once(make: Callable[Parameters, Made]) -> Callable[Parameters, Awaitable[Made]]:
    """A dependency that makes an object of a class, which is a plain function to FastAPI."""

    @wraps(make)
    async def made(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Made:
        return make(*args, **kwargs)

    return made


def _digest(token: str | None) -> bytes:
    if token is None:
        raise NotSignedIn("Sign in first.")
    return digest(token)


SignedIn = Annotated[Staff, Depends(signed_in, scope="function")]
"""Who asks. What is asked of a patient's data is recorded, and commits with it."""


async def _myself(token: Token, conn: Conn, now: Now) -> Staff:
    return await sessions.staff_of(conn, _digest(token), now, to_choose_password=True)


Myself = Annotated[Staff, Depends(_myself)]
"""Who asks, to choose a password: also with a one-time password, which opens nothing else."""


def allowed(action: Permission) -> Callable[[Staff], Awaitable[Staff]]:
    """A dependency: the signed-in member of staff, who may do `action`. Raises NotPermitted."""

    async def check(staff: SignedIn) -> Staff:
        if not may(staff.role, action):
            raise NotPermitted("Your role does not allow this.")
        return staff

    return check


Viewer = Annotated[Staff, Depends(allowed(Permission.SEE_PATIENTS))]
Worker = Annotated[Staff, Depends(allowed(Permission.WORK_TASKS))]

Overseer = Annotated[Staff, Depends(allowed(Permission.SEE_OPERATIONS))]

RowId = Annotated[int, Path(ge=1, le=LAST_ID)]


async def _patient_in_reach(patient_id: RowId, conn: Conn, staff: Viewer) -> Patient:
    return await patients.get_patient(conn, staff, patient_id)


PatientInReach = Annotated[Patient, Depends(_patient_in_reach)]
"""The patient named in the path. Raises UnknownPatient where `reach` does not go."""
