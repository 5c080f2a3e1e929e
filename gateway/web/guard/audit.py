"""Every read and write of patients' data leaves a trace: here, for all pages and the API."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from urllib.parse import quote

from fastapi import Request
from fastapi.exceptions import RequestValidationError

from gateway.database.connection import Connection
from gateway.database.pool import DATABASE_AWAY
from gateway.staff import audit
from gateway.staff.sessions import Staff
from gateway.web.guard.errors import code
from gateway.web.guard.ids import is_id

logger = logging.getLogger(__name__)

NAMES_PATIENTS = ("patient_id", "task_id", "assignment_id")
"""Parts of a path that say whose data is meant."""
ALWAYS = ("quarantine_id", "staff_id")
"""Parts of a path that are recorded although they name no patient: payloads may be anybody's."""


@asynccontextmanager
async def audited(
    conn: Connection, staff: Staff, request: Request, seen: Collection[int], now: datetime
) -> AsyncIterator[None]:
    """Record what is done, in its own transaction; what is refused leaves its trace alone.

    `seen` are patients that the path does not name, read when the work is done.
    """
    try:
        yield
    except RequestValidationError:
        raise  # nothing was looked at
    except Exception as refusal:
        try:
            await conn.rollback()
            await audit.record(conn, staff, _asked(request, seen), code(refusal), now)
            await conn.commit()
        except DATABASE_AWAY:
            logger.warning("refusal_not_recorded")
        raise
    await audit.record(conn, staff, _asked(request, seen), audit.DONE, now)


def _asked(request: Request, seen: Collection[int]) -> audit.Request:
    named = request.path_params
    ids = {name: int(named[name]) for name in NAMES_PATIENTS if is_id(named.get(name, ""))}
    return audit.Request(
        method=request.method,
        path=quote(request.scope["path"]),
        patient_ids={*seen, ids["patient_id"]} if "patient_id" in ids else seen,
        task_id=ids.get("task_id"),
        assignment_id=ids.get("assignment_id"),
        always=any(name in named for name in ALWAYS),
        may_repeat=request.method == "GET" and (not named or "hx-request" in request.headers),
    )
