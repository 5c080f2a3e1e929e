"""What went wrong in roles and is not over: items set aside, and roles that ended and were begun again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from psycopg import AsyncConnection
from psycopg.rows import class_row

from gateway.database import statements

_SQL = statements.load(__name__)
SHOWN_FOR = timedelta(hours=1)
"""After so long without another end a role is well again."""
FORGOTTEN_AFTER = timedelta(days=1)
"""An item that was not tried for so long is gone: its task was closed, its message sent by other means."""


class ItemKind(StrEnum):
    """What can be set aside."""

    PATIENT = "patient"
    LIMITS = "limits"  # of a patient, whose time is over
    TASK = "task"
    NOTIFICATION = "notification"
    ORGANISATION = "organisation"
    MESSAGE = "message"  # by its topic: its hub has it still and sends it again
    CHORE = "chore"  # all of one thing that a role does again and again


@dataclass(frozen=True)
class Item:
    """One thing that a role works on; `key` tells it from others of its kind."""

    role: str
    kind: ItemKind
    key: str


@dataclass(frozen=True)
class Rest:
    """How long an item is left alone: doubling with each attempt."""

    first: timedelta
    longest: timedelta


@dataclass(frozen=True)
class SetAside:
    """An item that its role could not work on."""

    role: str
    kind: ItemKind
    item: str
    patient_id: int | None
    reason: str
    first_at: datetime
    attempts: int
    next_at: datetime


@dataclass(frozen=True)
class RoleEnd:
    """A role that ended so often since then, for this reason the last time."""

    role: str
    since: datetime
    times: int
    reason: str


async def set_aside(conn: AsyncConnection, item: Item, reason: str, rest: Rest, now: datetime) -> datetime:
    """Remember that it could not be worked on; when it is to be tried again."""
    row = {"role": item.role, "kind": item.kind, "item": item.key, "reason": reason, "now": now}
    owner = await (await conn.execute(_SQL[f"owner_of_{item.kind}"], row)).fetchone()
    row["organisation_id"], row["patient_id"] = owner or (None, None)
    found = await (await conn.execute(_SQL["set_aside"], row | vars(rest))).fetchall()
    next_at: datetime = found[0][0]
    return next_at


async def resting(conn: AsyncConnection, role: str, kind: ItemKind, now: datetime) -> list[str]:
    """The items that are left alone for now."""
    found = await conn.execute(_SQL["resting"], {"role": role, "kind": kind, "now": now})
    return [item for (item,) in await found.fetchall()]


async def well(conn: AsyncConnection, role: str, kind: ItemKind, items: Collection[object]) -> None:
    """These could be worked on: whatever was wrong with them is over."""
    row = {"role": role, "kind": kind, "items": [str(item) for item in items]}
    await conn.execute(_SQL["well"], row)


async def forget(conn: AsyncConnection, now: datetime) -> int:
    """Forget what is not tried any more; how many."""
    row = {"before": now - FORGOTTEN_AFTER}
    return (await conn.execute(_SQL["forget"], row)).rowcount


async def list_set_aside(conn: AsyncConnection, organisation_id: int, *, limit: int) -> list[SetAside]:
    """What is set aside of the organisation and of the whole gateway, the longest first."""
    row = {"organisation_id": organisation_id, "limit": limit}
    async with conn.cursor(row_factory=class_row(SetAside)) as cursor:
        await cursor.execute(_SQL["list_set_aside"], row)
        return await cursor.fetchall()


async def count_set_aside(conn: AsyncConnection, organisation_id: int) -> dict[str, int]:
    """How many items each role has set aside."""
    row = {"organisation_id": organisation_id}
    return dict(await (await conn.execute(_SQL["count_set_aside"], row)).fetchall())


async def count_by_role(conn: AsyncConnection) -> dict[str, int]:
    """The same, of the whole gateway."""
    return dict(await (await conn.execute(_SQL["count_by_role"])).fetchall())


async def role_ended(conn: AsyncConnection, role: str, reason: str, now: datetime) -> None:
    """Remember that a role ended and is begun again."""
    row = {"role": role, "reason": reason, "now": now, "well_since": now - SHOWN_FOR}
    await conn.execute(_SQL["role_ended"], row)


async def role_ends(conn: AsyncConnection, now: datetime) -> list[RoleEnd]:
    """The roles that ended not long ago."""
    async with conn.cursor(row_factory=class_row(RoleEnd)) as cursor:
        await cursor.execute(_SQL["role_ends"], {"well_since": now - SHOWN_FOR})
        return await cursor.fetchall()
