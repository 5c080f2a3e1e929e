"""Signing in and out: a random token in a cookie, its digest in the database."""

from __future__ import annotations

import hashlib
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from gateway.database.connection import Connection
from gateway.database.pool import Pool
from gateway.staff import attempts, sessions, throttle
from gateway.staff.attempts import CountedAttempt, Guessed
from gateway.staff.passwords import MAX_LENGTH, is_password
from gateway.staff.sessions import Account, Staff

SESSION_LASTS = timedelta(hours=12)
BROWSER_KNOWN_FOR = timedelta(days=180)

logger = logging.getLogger(__name__)


class WrongPassword(Exception):
    """The user name or the password is not right."""

    def __init__(self) -> None:
        super().__init__("The user name or the password is not right.")


class TooManyAttempts(Exception):
    """Too many attempts to sign in; says how long to wait."""

    def __init__(self, wait: timedelta) -> None:
        self.wait_s = ceil(wait.total_seconds())
        minutes = ceil(self.wait_s / 60)
        text = f"{minutes} minutes" if minutes > 1 else f"{self.wait_s} s"
        super().__init__(f"Too many attempts to sign in: wait {text}.")


@dataclass(frozen=True)
class SignInAttempt:
    """What somebody typed, where it came from, and what the browser kept of earlier sessions."""

    username: str
    password: str
    address: str
    browser: str | None = None
    session: str | None = None  # which ends when another begins in its place


@dataclass(frozen=True)
class Tokens:
    """Of a new session, and of the browser in which it began."""

    session: str
    browser: str


async def sign_in(pool: Pool, attempt: SignInAttempt, now: datetime) -> Tokens:
    """A new session, in the place of the browser's old one. Raises WrongPassword and TooManyAttempts."""
    account = await check(pool, attempt, now)
    async with pool.connection() as conn:
        await hold(conn, account, now)
        return await begin_in_browser(conn, account.staff_id, attempt, now)


async def hold(conn: Connection, account: Account, now: datetime) -> None:
    """Until the transaction ends the account stays as it was when its password was looked at.

    Raises WrongPassword if it was closed since, or has another password: hashing takes a while.
    """
    if not await sessions.hold_account(conn, account, now):
        raise WrongPassword


async def begin(conn: Connection, staff_id: int, now: datetime) -> str:
    """A token for a new session of somebody who is who they say, and whose account is held."""
    token = secrets.token_urlsafe(32)
    await sessions.begin(conn, digest(token), staff_id, now, expires_at=now + SESSION_LASTS)
    return token


async def begin_in_browser(conn: Connection, staff_id: int, attempt: SignInAttempt, now: datetime) -> Tokens:
    """The same in the place of the browser's old session; the browser is known from then on."""
    if attempt.session is not None:
        await sessions.end(conn, digest(attempt.session))
    token, browser = await begin(conn, staff_id, now), attempt.browser
    if browser is None or not await attempts.is_known(conn, digest(browser), now):
        browser = secrets.token_urlsafe(32)
    await attempts.know(conn, digest(browser), staff_id, now, expires_at=now + BROWSER_KNOWN_FOR)
    return Tokens(token, browser)


async def check(pool: Pool, attempt: SignInAttempt, now: datetime) -> Account:
    """Whose password it is. Raises WrongPassword and TooManyAttempts.

    An attempt is counted, and committed, before its password is looked at: many at once gain nothing.
    """
    username = attempt.username.strip().lower()
    async with pool.connection() as conn:
        known = await sessions.find_account(conn, username, now)
        tried = await _count(conn, username, attempt, known, now)
    right = len(attempt.password) <= MAX_LENGTH and await is_password(
        attempt.password, known.password_hash if known else None
    )
    if known is None or not right:
        raise WrongPassword
    async with pool.connection() as conn:
        await attempts.forget(conn, tried)
    return known


async def _count(
    conn: Connection, username: str, attempt: SignInAttempt, known: Account | None, now: datetime
) -> CountedAttempt:
    """Count the attempt. Raises TooManyAttempts, and then it does not count."""
    since = now - throttle.COUNT_FOR
    await attempts.lock(conn, keep_since=since)
    place, browser = throttle.address_block(attempt.address), await _known(conn, username, attempt, now)
    tried = CountedAttempt(account_digest(username), place, browser)
    if tried.browser is not None:
        if await attempts.in_browser(conn, tried, since=since) >= throttle.MAX_ATTEMPTS_FROM_ADDRESS:
            raise TooManyAttempts(throttle.COUNT_FOR)
    else:
        before = await attempts.elsewhere(conn, tried, since=since)
        if wait := throttle.wait(before, now, is_one_time=known is not None and known.is_one_time):
            raise TooManyAttempts(wait)
        if known is not None and before.at_account + 1 == throttle.FREE_AT_ACCOUNT:
            logger.warning("password_guessed", extra={"staff_id": known.staff_id})
    await attempts.add(conn, tried, now)
    return tried


async def _known(conn: Connection, username: str, attempt: SignInAttempt, now: datetime) -> bytes | None:
    """The browser's digest, if whoever has that name has signed in in it before."""
    if attempt.browser is None:
        return None
    browser = digest(attempt.browser)
    return browser if await attempts.is_known_for(conn, browser, username, now) else None


async def guessed(conn: Connection, staff: Staff, now: datetime) -> list[Guessed]:
    """The organisation's accounts whose passwords somebody seems to guess."""
    since, many = now - throttle.COUNT_FOR, throttle.FREE_AT_ACCOUNT
    return await attempts.guessed(conn, staff, since=since, many=many)


def account_digest(username: str) -> bytes:
    """What is counted by: people type passwords where the user name belongs."""
    return hashlib.sha256(username.encode()).digest()


def digest(token: str) -> bytes:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).digest()
