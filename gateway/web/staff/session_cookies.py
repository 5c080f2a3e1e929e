"""What a browser sends when somebody signs in, and the cookies that it is given."""

from __future__ import annotations

from fastapi import Request, Response

from gateway.staff import sign_in as signing_in
from gateway.staff.sign_in import SignInAttempt, Tokens
from gateway.web.guard.context import BROWSER_COOKIE, COOKIE


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
