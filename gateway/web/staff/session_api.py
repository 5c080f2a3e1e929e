"""Signing in and out, for programs; the console's pages do the same with forms."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from gateway.staff import accounts, sessions
from gateway.staff import sign_in as signing_in
from gateway.staff.permissions import Role
from gateway.web.guard.context import COOKIE, Conn, Myself, Now, Shared, SignedIn, Token
from gateway.web.staff.entries import Credentials, NewPassword
from gateway.web.staff.session_cookies import attempt_of, set_cookies

router = APIRouter(tags=["session"])


class Me(BaseModel):
    """Who is signed in."""

    username: str
    name: str
    role: Role


@router.post("/session", status_code=204)
async def sign_in(credentials: Credentials, request: Request, web: Shared, now: Now) -> Response:
    """Begin a session of 12 hours, kept in a cookie. The one that this browser had ends."""
    attempt = attempt_of(request, credentials.username, credentials.password)
    tokens = await signing_in.sign_in(web.resources.pool, attempt, now)
    response = Response(status_code=204)
    set_cookies(response, request, tokens)
    return response


@router.delete("/session", status_code=204)
async def sign_out(token: Token, conn: Conn) -> Response:
    """End the session, if there is one."""
    if token is not None:
        await sessions.end(conn, signing_in.digest(token))
    response = Response(status_code=204)
    response.delete_cookie(COOKIE)
    return response


@router.post("/me/password", status_code=204)
async def choose_password(
    chosen: NewPassword, request: Request, web: Shared, staff: Myself, now: Now
) -> Response:
    """Choose a password of your own. All your sessions end but this one, whose cookie is renewed."""
    attempt = attempt_of(request, staff.username, chosen.current_password)
    tokens = await accounts.choose_password(web.resources.pool, attempt, chosen.new_password, now)
    response = Response(status_code=204)
    set_cookies(response, request, tokens)
    return response


@router.get("/me")
async def me(staff: SignedIn) -> Me:
    """Who is signed in."""
    return Me(username=staff.username, name=staff.name, role=staff.role)
