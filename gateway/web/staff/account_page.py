"""One's own password: also the only page that a one-time password opens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from gateway.staff import accounts, sessions
from gateway.staff.accounts import MIN_LENGTH, PasswordRefused
from gateway.staff.sessions import OwnPasswordNeeded
from gateway.staff.sign_in import TooManyAttempts, WrongPassword, digest
from gateway.web.guard.context import Conn, Myself, Now, Shared, Token
from gateway.web.parts.forms import WHOLE, FormRefused, Typed, filled, read
from gateway.web.parts.renderer import render
from gateway.web.parts.setup_views import Field, FieldKind, FormBlock, SetupPage
from gateway.web.parts.views import Frame
from gateway.web.staff.entries import NewPassword
from gateway.web.staff.session_cookies import attempt_of, set_cookies

router = APIRouter(include_in_schema=False)
_FORM = FormBlock(
    "/account",
    "Choose this password",
    [
        Field(
            "current_password",
            "The password that you have",
            FieldKind.CONCEALED,
            complete="current-password",
            hint="Or the one-time password that you were given.",
        ),
        Field(
            "new_password",
            "Your new password",
            FieldKind.CONCEALED,
            complete="new-password",
            hint=f"At least {MIN_LENGTH} characters. A few words that nobody would put together are good.",
        ),
    ],
)
_LEAD = "Nobody else knows it, administrators neither. Other places where you are signed in are signed out."
_NEW = (
    "You signed in with a one-time password. Choose your own to go on: nobody else knows it, "
    "administrators neither."
)
_NOT_YOURS = "This is not the password that you have."
_BESIDE: dict[type[Exception], str] = {
    PasswordRefused: "new_password",
    WrongPassword: "current_password",
    TooManyAttempts: WHOLE,
}


async def _is_new(token: Token, conn: Conn, now: Now) -> bool:
    try:
        await sessions.staff_of(conn, digest(token or ""), now)
    except OwnPasswordNeeded:
        return True
    return False


IsNew = Annotated[bool, Depends(_is_new)]
"""Whether a one-time password is to be replaced: nothing else can be done before."""


@router.get("/account")
async def account_page(staff: Myself, is_new: IsNew) -> Response:
    """The form."""
    return render(_page(staff.name, _FORM, is_new=is_new))


@router.post("/account")
async def choose(
    typed: Typed, *, request: Request, web: Shared, staff: Myself, is_new: IsNew, now: Now
) -> Response:
    """To the task list, or the form again with what was wrong."""
    try:
        entry = read(NewPassword, typed)
        attempt = attempt_of(request, staff.username, entry.current_password)
        tokens = await accounts.choose_password(web.resources.pool, attempt, entry.new_password, now)
    except FormRefused as refused:
        return render(_page(staff.name, filled(_FORM, typed, refused.faults), is_new=is_new), 422)
    except tuple(_BESIDE) as refusal:
        text = _NOT_YOURS if isinstance(refusal, WrongPassword) else str(refusal)
        form = filled(_FORM, typed, {_BESIDE[type(refusal)]: text})
        return render(_page(staff.name, form, is_new=is_new), 422)
    response = RedirectResponse("/", status_code=303)
    set_cookies(response, request, tokens)
    return response


def _page(name: str, form: FormBlock, *, is_new: bool) -> SetupPage:
    frame = Frame("Your password", name)
    return SetupPage(frame, _NEW if is_new else _LEAD, [form], None if is_new else ("/setup", "Set-up"))
