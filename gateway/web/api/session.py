"""Signing in and out, for programs; the console's pages do the same with forms."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from gateway.identity import accounts, signing_in
from gateway.identity.permissions import Role
from gateway.identity.signing_in import Attempt
from gateway.store import sessions
from gateway.web.api.fields import Body, Text
from gateway.web.context import COOKIE, Conn, Myself, Now, Shared, SignedIn, Token

router = APIRouter(tags=["session"])


class Credentials(Body):
    """What somebody signs in with."""

    username: Text
    password: str


class NewPassword(Body):
    """The password that you have, and the one to have from now on."""

    current_password: str
    new_password: str


class Me(BaseModel):
    """Who is signed in."""

    username: str
    name: str
    role: Role


@router.post("/session", status_code=204)
async def sign_in(credentials: Credentials, request: Request, web: Shared, now: Now) -> Response:
    """Begin a session of 12 hours, kept in a cookie."""
    attempt = Attempt(credentials.username, credentials.password, address_of(request))
    token = await signing_in.sign_in(web.resources.pool, attempt, now)
    response = Response(status_code=204)
    set_cookie(response, request, token)
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
    attempt = Attempt(staff.username, chosen.current_password, address_of(request))
    token = await accounts.choose_password(web.resources.pool, attempt, chosen.new_password, now)
    response = Response(status_code=204)
    set_cookie(response, request, token)
    return response


@router.get("/me")
async def me(staff: SignedIn) -> Me:
    """Who is signed in."""
    return Me(username=staff.username, name=staff.name, role=staff.role)


def address_of(request: Request) -> str:
    """Where a request comes from, for the throttle."""
    return request.client.host if request.client else ""


def set_cookie(response: Response, request: Request, token: str) -> None:
    """Give the browser its token, which no script and no other site can use."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(signing_in.SESSION_LASTS.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
        path="/",
    )
