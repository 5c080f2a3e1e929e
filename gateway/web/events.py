"""The stream that keeps pages live."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from gateway.database.pool import DATABASE_AWAY
from gateway.staff import sessions
from gateway.staff.sessions import NotSignedIn
from gateway.staff.sign_in import digest
from gateway.web.guard.context import Shared, SignedIn, Token

router = APIRouter(include_in_schema=False)


@router.get("/events")
async def events(web: Shared, staff: SignedIn, token: Token) -> StreamingResponse:
    """Says when something has changed, never what; ends with the session."""

    async def is_signed_in() -> bool:
        try:
            async with web.resources.pool.connection() as conn:
                await sessions.staff_of(conn, digest(token or ""), web.clock())
        except (NotSignedIn, *DATABASE_AWAY):
            return False
        return True

    stream = web.live.open_stream(staff.staff_id, is_signed_in)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
