"""Signing in and out on pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from gateway.staff import sessions
from gateway.staff import sign_in as signing_in
from gateway.staff.sessions import NotSignedIn, OwnPasswordNeeded
from gateway.staff.sign_in import TooManyAttempts, WrongPassword
from gateway.tasks import tasks
from gateway.tasks.tasks import Wanted
from gateway.web.guard.context import COOKIE, Conn, Now, Shared, Token
from gateway.web.guard.errors import status_of
from gateway.web.parts.answers import SIGN_IN
from gateway.web.parts.form_redirects import lead_back
from gateway.web.parts.renderer import render
from gateway.web.parts.setup_views import FormBlock as SetupForm
from gateway.web.parts.setup_views import LinkBlock, SetupPage
from gateway.web.parts.views import Frame
from gateway.web.parts.words import counted
from gateway.web.staff.entries import Credentials
from gateway.web.staff.session_cookies import attempt_of, set_cookies
from gateway.web.staff.views import SignInPage

router = APIRouter(include_in_schema=False)
lead_back(router, "/sign-out", page="/")
_FRAME = Frame("Sign in")


@router.get("/sign-in")
async def sign_in_page() -> Response:
    """The form."""
    return render(SignInPage(_FRAME, username="", notice=None))


@router.post("/sign-in")
async def sign_in(form: Annotated[Credentials, Form()], request: Request, web: Shared, now: Now) -> Response:
    """To the task list, or the form again with what was wrong."""
    attempt = attempt_of(request, form.username, form.password)
    try:
        tokens = await signing_in.sign_in(web.resources.pool, attempt, now)
    except (WrongPassword, TooManyAttempts) as error:
        page = SignInPage(_FRAME, form.username, notice=str(error))
        return render(page, status_of(error))
    response = RedirectResponse("/", status_code=303)
    set_cookies(response, request, tokens)
    return response


@router.post("/sign-out")
async def sign_out(token: Token, conn: Conn, now: Now, *, anyway: bool = False) -> Response:
    """Back to the form; who still has open tasks is told first, once."""
    if token is not None:
        if not anyway and (page := await _still_owned(conn, token, now)) is not None:
            return render(page)
        await sessions.end(conn, signing_in.digest(token))
    response = RedirectResponse(SIGN_IN, status_code=303)
    response.delete_cookie(COOKIE)
    return response


async def _still_owned(conn: Conn, token: str, now: Now) -> SetupPage | None:
    """What whoever signs out leaves behind, if anything."""
    try:
        staff = await sessions.staff_of(conn, signing_in.digest(token), now)
    except (NotSignedIn, OwnPasswordNeeded):
        return None
    mine = (await tasks.count(conn, staff, Wanted(mine=True, now=now))).mine
    if not mine:
        return None
    lead = (
        f"{counted(mine, 'open task is', 'open tasks are')} yours or offered to you. "
        "Hand them over, or write down how far you are."
    )
    anyway = SetupForm("/sign-out?anyway=true", "Sign out all the same")
    theirs = LinkBlock([("See these tasks", "/?show=mine")])
    return SetupPage(
        Frame("Before you sign out", staff.name), lead, [theirs, anyway], back=("/", "All tasks")
    )
