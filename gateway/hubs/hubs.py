"""Hubs: their access to the broker, their state, and the positions accounted for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import AsyncConnection
from psycopg.errors import UniqueViolation
from psycopg.rows import class_row

from gateway.database import statements
from gateway.errors import Conflict, Unknown
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)


SILENT_AFTER = timedelta(minutes=5)
"""A hub speaks every minute. A broker that was killed with its hub never tells that the hub is gone."""


STALLED_AFTER = timedelta(minutes=10)
"""A hub sends a reading again after 1, 3 and 7 minutes: by then it should have arrived."""


class HubExists(Conflict):
    """There is a hub of that name."""


class UnknownHub(Unknown):
    """There is no such hub, or not for you."""


@dataclass(frozen=True)
class Run:
    """One life of a hub's numbering: the positions held, as first and last of each unbroken range."""

    epoch: int
    held: list[tuple[int, int]]


@dataclass(frozen=True)
class Hub:
    """A hub as the gateway knows it. `status` is the last one it sent, as on the wire."""

    name: str
    online: bool
    status_at: datetime | None
    status: Mapping[str, Any] | None
    runs: list[Run]


@dataclass(frozen=True)
class HubInNeed:
    """A hub that is offline or silent, says that something is wrong, or whose readings do not arrive."""

    name: str
    online: bool
    status_at: datetime | None  # when it was heard last
    problems: list[str]  # as on the wire
    stalled_since: datetime | None = None  # it is online, and none of what waits there has arrived


@dataclass(frozen=True)
class Presence:
    """How many hubs there are, and how many of them need somebody; of these some, those with problems first.

    `away` are offline or silent and said nothing else; `away_heard_at` is when one of them was heard last.
    """

    hubs: int
    needing: int
    away: int
    away_heard_at: datetime | None
    in_need: list[HubInNeed]


@dataclass(frozen=True)
class _Row:
    hub_id: int
    name: str
    online: bool
    status_at: datetime | None
    status: Mapping[str, Any] | None


async def lock_broker_access(conn: AsyncConnection) -> None:
    """Until the transaction ends nobody else changes who may use the broker."""
    await conn.execute(_SQL["lock_broker_access"])


async def add(conn: AsyncConnection, organisation_id: int, name: str, password_hash: str) -> None:
    """Enrol a hub. Raises HubExists, whichever organisation has it."""
    row = {"organisation_id": organisation_id, "name": name, "password_hash": password_hash}
    try:
        await conn.execute(_SQL["add_hub"], row)
    except UniqueViolation as error:
        raise HubExists(f"There is a hub named {name}.") from error


async def set_password(conn: AsyncConnection, organisation_id: int, name: str, password_hash: str) -> None:
    """Raises UnknownHub."""
    row = {"organisation_id": organisation_id, "name": name, "password_hash": password_hash}
    if (await conn.execute(_SQL["set_password"], row)).rowcount == 0:
        raise UnknownHub("There is no such hub, or not for you.")


async def broker_passwords(conn: AsyncConnection) -> list[tuple[str, str]]:
    """Name and password hash of every hub of every organisation."""
    return await (await conn.execute(_SQL["broker_passwords"])).fetchall()


async def require(conn: AsyncConnection, staff: Staff, name: str) -> int:
    """The id of that hub. Raises UnknownHub unless the staff member's organisation has it."""
    row = {"organisation_id": staff.organisation_id, "name": name}
    found = await (await conn.execute(_SQL["find_hub"], row)).fetchone()
    if found is None:
        raise UnknownHub("There is no such hub, or not for you.")
    return int(found[0])


async def presence(conn: AsyncConnection, staff: Staff, now: datetime, limit: int) -> Presence:
    """Of the staff member's organisation, with at most `limit` hubs that need somebody."""
    row = {
        "organisation_id": staff.organisation_id,
        "silent_since": now - SILENT_AFTER,
        "stalled_since": now - STALLED_AFTER,
        "limit": limit,
    }
    [(number, needing, away, heard_at)] = await (await conn.execute(_SQL["count_hubs"], row)).fetchall()
    async with conn.cursor(row_factory=class_row(HubInNeed)) as cursor:
        await cursor.execute(_SQL["hubs_in_need"], row)
        return Presence(number, needing, away, heard_at, await cursor.fetchall())


async def all_of(conn: AsyncConnection, staff: Staff, *, after: str, limit: int) -> list[Hub]:
    """The hubs of the staff member's organisation by name, those after `after`."""
    row = {"organisation_id": staff.organisation_id, "after": after, "limit": limit}
    async with conn.cursor(row_factory=class_row(_Row)) as cursor:
        await cursor.execute(_SQL["all_hubs"], row)
        hubs = await cursor.fetchall()
    runs: dict[int, list[Run]] = {hub.hub_id: [] for hub in hubs}
    for hub_id, epoch, held in await (await conn.execute(_SQL["runs"], {"hub_ids": list(runs)})).fetchall():
        runs[hub_id].append(Run(epoch, unbroken(held)))
    return [Hub(hub.name, hub.online, hub.status_at, hub.status, runs[hub.hub_id]) for hub in hubs]


def unbroken(positions: Iterable[Any]) -> list[tuple[int, int]]:
    """A multirange, which PostgreSQL keeps as [lower, upper), as first and last position of each range."""
    return [(each.lower, each.upper - 1) for each in positions]
