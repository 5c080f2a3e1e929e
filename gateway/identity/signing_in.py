"""Signing in and out: a random token in a cookie, its digest in the database."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.identity.passwords import MAX_LENGTH, is_password
from gateway.store import sessions
from gateway.store.connection import Connection
from gateway.store.pool import Pool
from gateway.store.sessions import Account

SESSION_LASTS = timedelta(hours=12)
ATTEMPTS_COUNT_FOR = timedelta(minutes=15)
MAX_ATTEMPTS_FROM_ADDRESS = 5
MAX_ATTEMPTS = 50
"""For one account: from one address, and from all together. Counted in the database, for every process."""


class WrongPassword(Exception):
    """The user name or the password is not right."""


class TooManyAttempts(Exception):
    """Too many attempts to sign in: wait 15 minutes."""


@dataclass(frozen=True)
class Attempt:
    """What somebody typed, and where it came from."""

    username: str
    password: str
    address: str


async def sign_in(pool: Pool, attempt: Attempt, now: datetime) -> str:
    """A token for a new session. Raises WrongPassword and TooManyAttempts."""
    account = await check(pool, attempt, now)
    async with pool.connection() as conn:
        return await begin(conn, account.staff_id, now)


async def begin(conn: Connection, staff_id: int, now: datetime) -> str:
    """A token for a new session of somebody who is who they say."""
    token = secrets.token_urlsafe(32)
    await sessions.begin(conn, digest(token), staff_id, now, expires_at=now + SESSION_LASTS)
    return token


async def check(pool: Pool, attempt: Attempt, now: datetime) -> Account:
    """Whose password it is. Raises WrongPassword and TooManyAttempts.

    An attempt is counted, and committed, before its password is looked at: many at once gain nothing.
    """
    username = attempt.username.strip().lower()
    account, since = hashlib.sha256(username.encode()).digest(), now - ATTEMPTS_COUNT_FOR
    async with pool.connection() as conn:
        await sessions.add_attempt(conn, account, attempt.address, now, keep_since=since)
    async with pool.connection() as conn:
        counts = await sessions.count_attempts(conn, account, attempt.address, since=since)
        known = await sessions.find_account(conn, username, now)
    if counts.from_address > MAX_ATTEMPTS_FROM_ADDRESS or counts.in_all > MAX_ATTEMPTS:
        raise TooManyAttempts("Too many attempts to sign in: wait 15 minutes.")
    right = len(attempt.password) <= MAX_LENGTH and await is_password(
        attempt.password, known.password_hash if known else None
    )
    if known is None or not right:
        raise WrongPassword("The user name or the password is not right.")
    async with pool.connection() as conn:
        await sessions.forget_attempts(conn, account, attempt.address)
    return known


def digest(token: str) -> bytes:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).digest()
