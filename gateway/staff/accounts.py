"""Accounts: opened by an administrator with a one-time password, and then the person's own."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.database.connection import Connection
from gateway.database.pool import Pool
from gateway.errors import Refused
from gateway.staff import attempts, audit, members, organisations, sessions, sign_in
from gateway.staff.members import MemberDetails, NotYourself
from gateway.staff.passwords import MAX_LENGTH, hash_password
from gateway.staff.sessions import Staff, UnknownStaff
from gateway.staff.sign_in import SignInAttempt, Tokens

ONE_TIME_PASSWORD_LASTS = timedelta(hours=72)
_LEGIBLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that is taken for another on paper: a one-time password is read out, or copied by hand."""
MIN_LENGTH = 12
"""Length is what counts: https://pages.nist.gov/800-63-3/sp800-63b.html#memsecret asks for 8 at least."""


class AccountClosed(Exception):
    """An account is closed, and a password does not open it; says who can."""

    def __init__(self, username: str, administrators: Sequence[str]) -> None:
        super().__init__(
            f"the account of {username} is closed. An administrator opens it again in the console, under "
            f"Set-up, Staff; of yours are open: {', '.join(administrators)}"
        )


_RESET = audit.Request(
    "COMMAND", "hearthbeat staff reset", (), task_id=None, assignment_id=None, always=True, may_repeat=False
)


class PasswordRefused(Refused):
    """A password is not one to choose; says why."""


@dataclass(frozen=True)
class OneTimeSignIn:
    """What somebody signs in with, to choose a password of their own. None: it was shown before."""

    staff_id: int
    username: str
    expires_at: datetime
    password: str | None = None


async def open_account(
    conn: Connection, by: Staff, username: str, place: MemberDetails, now: datetime
) -> OneTimeSignIn:
    """A new account in the organisation of `by`. Raises UsernameTaken and UnknownCareTeam."""
    await members.require_teams(conn, by, place.care_team_ids)
    password, expires_at = _one_time_password(), now + ONE_TIME_PASSWORD_LASTS
    staff_id = await organisations.add_staff(
        conn,
        by.organisation_id,
        username=username,
        name=place.name,
        role=place.role,
        password_hash=await hash_password(password),
        care_team_ids=place.care_team_ids,
        now=now,
        email=place.email,
        password_expires_at=expires_at,
    )
    return OneTimeSignIn(staff_id, username, expires_at, password)


async def renew_password(conn: Connection, by: Staff, staff_id: int, now: datetime) -> OneTimeSignIn:
    """For somebody else who cannot sign in. Raises UnknownStaff and NotYourself."""
    member = await members.get(conn, by, staff_id)
    if staff_id == by.staff_id:  # whoever missed the answer could not sign in again
        raise NotYourself("Your own password you choose yourself: `/account`, or `POST /api/me/password`.")
    return await _renew(conn, staff_id, member.username, now)


async def reset(conn: Connection, username: str, now: datetime) -> OneTimeSignIn:
    """For whoever has no way back. Raises UnknownStaff, and AccountClosed with who could open it."""
    try:
        found = await sessions.staff_named(conn, username)
    except UnknownStaff:
        if administrators := await sessions.open_administrators(conn, username):
            raise AccountClosed(username, administrators) from None
        raise
    renewed = await _renew(conn, found.staff_id, username, now)
    await attempts.forget_all(conn, sign_in.account_digest(username))
    await audit.record(conn, found, _RESET, audit.DONE, now)
    return renewed


async def _renew(conn: Connection, staff_id: int, username: str, now: datetime) -> OneTimeSignIn:
    """A one-time password; the old one and all sessions end, and no browser is known any more."""
    password, expires_at = _one_time_password(), now + ONE_TIME_PASSWORD_LASTS
    await members.set_password(conn, staff_id, await hash_password(password), expires_at=expires_at)
    await attempts.forget_browsers(conn, staff_id)
    return OneTimeSignIn(staff_id, username, expires_at, password)


def _one_time_password() -> str:
    """79 bits in groups of four."""
    return "-".join("".join(secrets.choice(_LEGIBLE) for _ in range(4)) for _ in range(4))


async def choose_password(pool: Pool, attempt: SignInAttempt, chosen: str, now: datetime) -> Tokens:
    """Put `chosen` in the place of the attempt's password; a new session, all others end.

    Raises WrongPassword and TooManyAttempts as signing in does, and PasswordRefused.
    """
    account = await sign_in.check(pool, attempt, now)
    if (why := objection(chosen, attempt)) is not None:
        raise PasswordRefused(why)
    password_hash = await hash_password(chosen)
    async with pool.connection() as conn:
        await sign_in.hold(conn, account, now)
        await members.set_password(conn, account.staff_id, password_hash, expires_at=None)
        return await sign_in.begin_in_browser(conn, account.staff_id, attempt, now)


def objection(chosen: str, attempt: SignInAttempt) -> str | None:
    """Why a password is not one to choose, if it is not."""
    if not MIN_LENGTH <= len(chosen) <= MAX_LENGTH:
        return f"At least {MIN_LENGTH} characters: best a few words that nobody else would put together."
    if chosen == attempt.password:
        return "That is the password that you have."
    if attempt.username.lower() in chosen.lower():
        return "Without your user name in it, please."
    return None
