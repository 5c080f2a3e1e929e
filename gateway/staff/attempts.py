"""Attempts to sign in, and the browsers in which somebody has signed in before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from gateway.database import statements
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)


@dataclass(frozen=True)
class CountedAttempt:
    """An attempt: the digests of the account's name and of the browser, if that one is known for it."""

    account: bytes
    address: str
    browser: bytes | None


@dataclass(frozen=True)
class Attempts:
    """Attempts of late from browsers that are not known: from one address, at one account, in all."""

    at_account_from_address: int
    from_address: int
    at_account: int
    last_at_account: datetime | None
    in_all: int
    last: datetime | None


@dataclass(frozen=True)
class Guessed:
    """An account whose password somebody seems to guess."""

    username: str
    attempts: int


async def lock(conn: AsyncConnection, *, keep_since: datetime) -> None:
    """One attempt at a time is counted, until the transaction ends; those before `keep_since` are dropped."""
    await conn.execute(_SQL["lock_attempts"])
    await conn.execute(_SQL["drop_old_attempts"], {"since": keep_since})


async def add(conn: AsyncConnection, tried: CountedAttempt, now: datetime) -> None:
    """Count an attempt."""
    await conn.execute(_SQL["add_attempt"], vars(tried) | {"now": now})


async def in_browser(conn: AsyncConnection, tried: CountedAttempt, *, since: datetime) -> int:
    """How often the account was tried in this browser, which is known."""
    row = vars(tried) | {"since": since}
    [(count,)] = await (await conn.execute(_SQL["count_in_browser"], row)).fetchall()
    return int(count)


async def elsewhere(conn: AsyncConnection, tried: CountedAttempt, *, since: datetime) -> Attempts:
    """What came from browsers that are not known."""
    async with conn.cursor(row_factory=class_row(Attempts)) as cursor:
        await cursor.execute(_SQL["count_elsewhere"], vars(tried) | {"since": since})
        [attempts] = await cursor.fetchall()
        return attempts


async def forget(conn: AsyncConnection, tried: CountedAttempt) -> None:
    """After a right password: what came from the same place."""
    await conn.execute(_SQL["forget_attempts"], vars(tried))


async def forget_all(conn: AsyncConnection, account: bytes) -> None:
    """At an account that gets another password."""
    await conn.execute(_SQL["forget_all_attempts"], {"account": account})


async def guessed(conn: AsyncConnection, staff: Staff, *, since: datetime, many: int) -> list[Guessed]:
    """The organisation's accounts that were tried so often, those most tried first."""
    row = {"organisation_id": staff.organisation_id, "since": since, "many": many}
    async with conn.cursor(row_factory=class_row(Guessed)) as cursor:
        await cursor.execute(_SQL["guessed"], row)
        return await cursor.fetchall()


async def is_known_for(conn: AsyncConnection, browser: bytes, username: str, now: datetime) -> bool:
    """Whether whoever has that user name has signed in in this browser before."""
    row = {"browser": browser, "username": username, "now": now}
    return await (await conn.execute(_SQL["known_browser"], row)).fetchone() is not None


async def is_known(conn: AsyncConnection, browser: bytes, now: datetime) -> bool:
    """Whether anybody has signed in in this browser before."""
    [(is_known,)] = await (
        await conn.execute(_SQL["is_known_browser"], {"browser": browser, "now": now})
    ).fetchall()
    return bool(is_known)


async def know(
    conn: AsyncConnection, browser: bytes, staff_id: int, now: datetime, *, expires_at: datetime
) -> None:
    """Somebody has signed in in this browser; what has expired is dropped."""
    row = {"browser": browser, "staff_id": staff_id, "now": now, "expires_at": expires_at}
    await conn.execute(_SQL["drop_old_browsers"], row)
    await conn.execute(_SQL["know_browser"], row)


async def forget_browsers(conn: AsyncConnection, staff_id: int) -> None:
    """No browser is known for that account any more."""
    await conn.execute(_SQL["forget_browsers"], {"staff_id": staff_id})
