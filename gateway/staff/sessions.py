"""Sessions, and the accounts that they are of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row, dict_row, kwargs_row

from gateway.database import statements
from gateway.errors import Forbidden, Unknown
from gateway.staff.permissions import Role

_SQL = statements.load(__name__)
SESSIONS_CHANNEL = "hearthbeat_sessions"
"""Notified by the database with the id of a member of staff, each time that a session of theirs ends."""


class NotSignedIn(Exception):
    """There is no session, or it has ended."""


class OwnPasswordNeeded(Forbidden):
    """A one-time password opens nothing but the choice of one's own."""


class UnknownStaff(Unknown):
    """There is nobody like that."""


@dataclass(frozen=True)
class Staff:
    """Somebody who is signed in."""

    staff_id: int
    organisation_id: int
    username: str
    name: str
    role: Role


@dataclass(frozen=True)
class Account:
    """What a password is checked against."""

    staff_id: int
    password_hash: str
    is_one_time: bool  # drawn by us


async def find_account(conn: AsyncConnection, username: str, now: datetime) -> Account | None:
    """The account of that name, if there is one that is open."""
    async with conn.cursor(row_factory=class_row(Account)) as cursor:
        await cursor.execute(_SQL["find_account"], {"username": username, "now": now})
        return await cursor.fetchone()


async def hold_account(conn: AsyncConnection, account: Account, now: datetime) -> bool:
    """Keep the account as it is until the transaction ends; whether it is still as it was read."""
    cursor = await conn.execute(_SQL["hold_account"], vars(account) | {"now": now})
    return await cursor.fetchone() is not None


async def begin(
    conn: AsyncConnection, token_hash: bytes, staff_id: int, now: datetime, *, expires_at: datetime
) -> None:
    """Begin a session; those that have ended are dropped."""
    row = {"token_hash": token_hash, "staff_id": staff_id, "now": now, "expires_at": expires_at}
    await conn.execute(_SQL["drop_ended_sessions"], row)
    await conn.execute(_SQL["begin_session"], row)


async def staff_of(
    conn: AsyncConnection, token_hash: bytes, now: datetime, *, to_choose_password: bool = False
) -> Staff:
    """Whose session it is. Raises NotSignedIn; and OwnPasswordNeeded unless one is about to be chosen."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_SQL["staff_of_session"], {"token_hash": token_hash, "now": now})
        found = await cursor.fetchone()
    if found is None:
        raise NotSignedIn("Sign in first.")
    if found.pop("has_one_time_password") and not to_choose_password:
        raise OwnPasswordNeeded("Choose a password of your own first.")
    return _staff(**found)


async def staff_named(conn: AsyncConnection, username: str) -> Staff:
    """Whoever has that user name. Raises UnknownStaff."""
    async with conn.cursor(row_factory=kwargs_row(_staff)) as cursor:
        await cursor.execute(_SQL["staff_named"], {"username": username})
        staff = await cursor.fetchone()
    if staff is None:
        raise UnknownStaff(f"there is nobody of the user name {username!r}")
    return staff


async def open_administrators(conn: AsyncConnection, username: str) -> list[str]:
    """User names of the organisation's administrators; none if there is no account of that name."""
    found = await conn.execute(_SQL["open_administrators"], {"username": username})
    return [each for (each,) in await found.fetchall()]


async def end(conn: AsyncConnection, token_hash: bytes) -> None:
    """End a session, if there is one."""
    await conn.execute(_SQL["end_session"], {"token_hash": token_hash})


async def end_all(conn: AsyncConnection, staff_id: int) -> None:
    """End all sessions of somebody."""
    await conn.execute(_SQL["end_all_sessions"], {"staff_id": staff_id})


def _staff(*, staff_id: int, organisation_id: int, username: str, name: str, role: str) -> Staff:
    return Staff(staff_id, organisation_id, username, name, Role(role))
