"""The outbox of notifications: written with what they tell of, taken one by one until delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from psycopg import AsyncConnection

from gateway.store import statements

_SQL = statements.load("notifications.sql")


class Kind(StrEnum):
    """What is told. Holds nothing of anybody's health."""

    TASK_RAISED = "task-raised"
    TASK_OFFERED = "task-offered"  # handed over: it waits to be accepted
    TASK_ESCALATED = "task-escalated"  # nobody answered in time
    TASK_WOKEN = "task-woken"
    GATEWAY_TROUBLE = "gateway-trouble"  # evaluation lags, a hub or the broker is away


@dataclass(frozen=True)
class News:
    """What is told, and behind which task. `key` says what it tells of: telling it again changes nothing."""

    organisation_id: int
    key: str  # such as "task:42:escalation:3"
    kind: Kind
    task_id: int | None = None


async def notify(conn: AsyncConnection, news: News, staff_ids: Sequence[int], now: datetime) -> None:
    """Tell these people by e-mail, and the organisation's programs by webhook: once this has committed."""
    row = vars(news) | {"staff_ids": list(staff_ids), "now": now}
    await conn.execute(_SQL["notify"], row)
