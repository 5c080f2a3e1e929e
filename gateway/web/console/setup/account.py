"""One's own password: also the only page that a one-time password opens."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from gateway.identity import accounts
from gateway.identity.accounts import MIN_LENGTH, PasswordRefused
from gateway.identity.signing_in import Attempt, TooManyAttempts, WrongPassword
from gateway.web.api.session import NewPassword, address_of, set_cookie
from gateway.web.console.rendering import render
from gateway.web.console.setup.forms import WHOLE, Refused, Typed, filled, read
from gateway.web.console.setup.views import Field, Form, Kind, SetupPage
from gateway.web.console.views import Frame
from gateway.web.context import Myself, Now, Shared

router = APIRouter(include_in_schema=False)
_FORM = Form(
    "/account",
    "Choose this password",
    [
        Field(
            "current_password",
            "The password that you have",
            Kind.CONCEALED,
            complete="current-password",
            hint="Or the one-time password that you were given.",
        ),
        Field(
            "new_password",
            "Your new password",
            Kind.CONCEALED,
            complete="new-password",
            hint=f"At least {MIN_LENGTH} characters. A few words that nobody would put together are good.",
        ),
    ],
)
_LEAD = "Nobody else knows it, administrators neither. Other places where you are signed in are signed out."
_BESIDE = {PasswordRefused: "new_password", WrongPassword: "current_password", TooManyAttempts: WHOLE}


@router.get("/account")
async def account_page(staff: Myself) -> Response:
    """The form."""
    return render(_page(staff.name, _FORM))


@router.post("/account")
async def choose(typed: Typed, request: Request, web: Shared, staff: Myself, now: Now) -> Response:
    """To the task list, or the form again with what was wrong."""
    try:
        entry = read(NewPassword, typed)
        attempt = Attempt(staff.username, entry.current_password, address_of(request))
        token = await accounts.choose_password(web.resources.pool, attempt, entry.new_password, now)
    except Refused as refused:
        return render(_page(staff.name, filled(_FORM, typed, refused.faults)), 422)
    except tuple(_BESIDE) as refusal:
        faults = {_BESIDE[type(refusal)]: str(refusal)}
        return render(_page(staff.name, filled(_FORM, typed, faults)), 422)
    response = RedirectResponse("/", status_code=303)
    set_cookie(response, request, token)
    return response


def _page(name: str, form: Form) -> SetupPage:
    return SetupPage(Frame("Your password", name), _LEAD, [form], back=None)
