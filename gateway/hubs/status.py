"""What hubs say of themselves, held against what the database holds of them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb

from edge_agent.wire.instants import is_instant
from edge_agent.wire.messages import HubStatus
from gateway.database import statements
from gateway.hubs.hubs import SILENT_AFTER
from gateway.hubs.registry import MOST_RUNS

_SQL = statements.load(__name__)


async def keep_status(
    conn: AsyncConnection, name: str, status: HubStatus, now: datetime, *, is_retained: bool
) -> None:
    """Remember the hub's last status; its will says offline and leaves the rest as it was.

    A retained one was said before, and does not count as having heard from the hub now.
    """
    row = {
        "name": name,
        "online": status.online,
        "status": Jsonb(status.model_dump(mode="json")),
        "waiting": status.waiting or 0,
        "now": now,
        "silent_since": now - SILENT_AFTER,
        "heard_at": _reported_at(status, now) if is_retained else now,
    }
    await conn.execute(_SQL["keep_status"], row)
    if status.epoch is not None and status.assigned is not None:
        run = {"name": name, "epoch": status.epoch, "assigned": status.assigned, "most": MOST_RUNS}
        await conn.execute(_SQL["keep_assigned"], run)


def _reported_at(status: HubStatus, now: datetime) -> datetime | None:
    """By the hub's clock, which may be ahead, or never have been set."""
    return min(status.at, now) if status.at is not None and is_instant(status.at, now) else None


class EpochState(NamedTuple):
    """What is held of a hub's epoch: whether a position came with two readings, and the highest position."""

    used_twice: bool
    last: int


async def epoch_state(conn: AsyncConnection, name: str, epoch: int) -> EpochState:
    row = await (await conn.execute(_SQL["standing"], {"name": name, "epoch": epoch})).fetchone()
    return EpochState(*(row or (False, 0)))


async def missing_positions(conn: AsyncConnection, name: str, status: HubStatus) -> list[tuple[int, int]]:
    """Runs of positions, first and last, up to the hub's highest receipt that the database does not hold.

    They are on their way, or lost in a restore to an older state.
    """
    if not status.online or status.epoch is None or not status.receipted:
        return []
    row = {"name": name, "epoch": status.epoch, "receipted": status.receipted}
    ranges = await (await conn.execute(_SQL["missing"], row)).fetchall()
    return [(missing.lower, missing.upper - 1) for (missing,) in ranges]
