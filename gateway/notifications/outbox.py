"""The outbox of notifications: written with what they tell of, taken one by one until delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row, dict_row

from alerting.rules import MOST_PRESSING_FIRST
from gateway import faults
from gateway.database import statements
from gateway.errors import Unknown
from gateway.faults import ItemKind
from gateway.notifications import open_pages
from gateway.staff.sessions import Staff

ROLE = "notify"
_SQL = statements.load(__name__)
LEASE = timedelta(minutes=2)
"""So long nobody else takes what somebody has taken: longer than a delivery can last."""


class UnknownNotification(Unknown):
    """There is no such notification that failed, or not for you."""


class Kind(StrEnum):
    """What is told. Holds nothing of anybody's health."""

    TASK_RAISED = "task-raised"
    TASK_OFFERED = "task-offered"  # handed over: it waits to be accepted
    TASK_ESCALATED = "task-escalated"  # nobody answered in time
    TASK_WOKEN = "task-woken"


class NotificationChannel(StrEnum):
    """The way it takes."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class NotificationState(StrEnum):
    """How a notification stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # given up: people see it
    DROPPED = "dropped"  # nobody has set up where it would go


@dataclass(frozen=True)
class Announcement:
    """What is told, and behind which task. `key` says what it tells of: telling it again changes nothing."""

    organisation_id: int
    key: str  # such as "task:42:escalation:3"
    kind: Kind
    task_id: int | None = None


async def notify(conn: AsyncConnection, news: Announcement, staff_ids: Sequence[int], now: datetime) -> None:
    """Tell these people by e-mail, and the organisation's programs by webhook: once this has committed."""
    row = vars(news) | {"staff_ids": list(staff_ids), "now": now}
    await conn.execute(_SQL["notify"], row)


@dataclass(frozen=True)
class Notification:
    """One message on its way. A repeated delivery has the same id. `email` is None for who has no address."""

    notification_id: UUID
    organisation_id: int
    kind: Kind
    task_id: int | None
    channel: NotificationChannel
    made_at: datetime
    attempts: int  # this one included
    email: str | None


class NotificationCursor(NamedTuple):
    """Where a page of the list ended."""

    made_at: datetime
    notification_id: UUID


@dataclass(frozen=True)
class Trouble:
    """A notification that did not arrive. Without a name it was for programs."""

    notification_id: UUID
    kind: Kind
    task_id: int | None
    channel: NotificationChannel
    staff_name: str | None
    made_at: datetime
    attempts: int
    state: NotificationState
    problem: str
    next_attempt_at: datetime | None  # empty: given up


@dataclass(frozen=True)
class Unsent:
    """How many messages did not arrive, since when, and why most of them; `problems`: how many reasons."""

    messages: int
    since: datetime
    problem: str
    problems: int


async def take(conn: AsyncConnection, now: datetime, *, limit: int) -> list[UUID]:
    """What is due, for the taker alone until `LEASE` has passed: to be settled or postponed by then."""
    resting = list(map(UUID, await faults.resting(conn, ROLE, ItemKind.NOTIFICATION, now)))
    row = {
        "now": now,
        "lease_until": now + LEASE,
        "resting": resting,
        "ranked": list(MOST_PRESSING_FIRST),
        "limit": limit,
    }
    return [each for (each,) in await (await conn.execute(_SQL["take"], row)).fetchall()]


async def get(conn: AsyncConnection, notification_id: UUID) -> Notification:
    """One that was taken."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_SQL["get"], {"notification_id": notification_id})
        [row] = await cursor.fetchall()
        return Notification(**_typed(row))


async def settle(
    conn: AsyncConnection,
    notification_id: UUID,
    state: NotificationState,
    now: datetime,
    *,
    problem: str | None = None,
) -> None:
    """It was sent, failed or dropped."""
    row = {"notification_id": notification_id, "state": state, "now": now, "problem": problem}
    await _settle(conn, "settle", row)


async def postpone(
    conn: AsyncConnection, notification_id: UUID, problem: str, next_attempt_at: datetime
) -> None:
    """It did not arrive, and is to be tried again."""
    row = {"notification_id": notification_id, "problem": problem, "next_attempt_at": next_attempt_at}
    await _settle(conn, "postpone", row)


async def unsent(conn: AsyncConnection, organisation_id: int) -> Unsent | None:
    """What did not arrive and stands; None: nothing does."""
    async with conn.cursor(row_factory=class_row(Unsent)) as cursor:
        await cursor.execute(_SQL["unsent"], {"organisation_id": organisation_id})
        return await cursor.fetchone()


async def in_trouble(
    conn: AsyncConnection, staff: Staff, *, after: NotificationCursor | None = None, limit: int
) -> list[Trouble]:
    """What did not arrive so far, the newest first."""
    row = {
        "organisation_id": staff.organisation_id,
        "before_made_at": after.made_at if after else None,
        "before_id": after.notification_id if after else None,
        "limit": limit,
    }
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_SQL["in_trouble"], row)
        return [
            Trouble(**_typed(each) | {"state": NotificationState(each["state"])})
            for each in await cursor.fetchall()
        ]


async def try_again(conn: AsyncConnection, by: Staff, notification_id: UUID, now: datetime) -> None:
    """One more attempt at what was given up. Raises UnknownNotification."""
    row = {"organisation_id": by.organisation_id, "notification_id": notification_id, "now": now}
    if (await conn.execute(_SQL["try_again"], row)).rowcount == 0:
        raise UnknownNotification("There is no such notification that failed, or not for you.")


async def _settle(conn: AsyncConnection, statement: str, row: Mapping[str, object]) -> None:
    """Open pages hear of it where a task's history says how its messages stand."""
    if (True,) in await (await conn.execute(_SQL[statement], row)).fetchall():
        await open_pages.notify(conn)


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"kind": Kind(row["kind"]), "channel": NotificationChannel(row["channel"])}
