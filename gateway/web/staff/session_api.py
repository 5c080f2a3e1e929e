"""Signing in and out, for programs; the console's pages do the same with forms."""

from __future__ import annotations

from typing import Annotated
from unicodedata import category

from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, BaseModel

from gateway.staff import accounts, sessions
from gateway.staff import sign_in as signing_in
from gateway.staff.permissions import Role
from gateway.staff.sign_in import SignInAttempt, Tokens
from gateway.web.guard.context import BROWSER_COOKIE, COOKIE, Conn, Myself, Now, Shared, SignedIn, Token
from gateway.web.parts.fields import Body, Text

router = APIRouter(tags=["session"])


def _is_text(typed: str) -> str:
    """Half a surrogate pair, which JSON can say, cannot be hashed. Raises ValueError."""
    if any(category(each) == "Cs" for each in typed):
        raise ValueError("expected text in Unicode")
    return typed


Password = Annotated[str, AfterValidator(_is_text)]


class Credentials(Body):
    """What somebody signs in with."""

    username: Text
    password: Password


class NewPassword(Body):
    """The password that you have, and the one to have from now on."""

    current_password: Password
    new_password: Password


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


def attempt_of(request: Request, username: str, password: str) -> SignInAttempt:
    """What somebody typed, with what the throttle goes by."""
    address = request.client.host if request.client else ""
    cookies = request.cookies
    return SignInAttempt(username, password, address, cookies.get(BROWSER_COOKIE), cookies.get(COOKIE))


def set_cookies(response: Response, request: Request, tokens: Tokens) -> None:
    """Give the browser its tokens, which no script and no other site can use."""
    for name, token, lasts in (
        (COOKIE, tokens.session, signing_in.SESSION_LASTS),
        (BROWSER_COOKIE, tokens.browser, signing_in.BROWSER_KNOWN_FOR),
    ):
        response.set_cookie(
            name,
            token,
            max_age=int(lasts.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
            path="/",
        )
