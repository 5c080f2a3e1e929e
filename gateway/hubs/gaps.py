"""Whether all that a hub numbered has arrived, epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from gateway.database import statements
from gateway.hubs import hubs
from gateway.hubs.hubs import unbroken
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)


@dataclass(frozen=True)
class Gaps:
    """What of one epoch is here and what is not, as first and last position of each unbroken range.

    `missing` was receipted or lies below what arrived: it is sent again by the hub, or is lost. What was
    numbered above is `on_its_way` in the hub's current epoch and `possibly_lost` in one that ended: the hub
    may have sent it again in the next epoch, under new positions.
    """

    epoch: int
    is_current: bool
    assigned_upto: int | None  # None: the hub never said
    held: list[tuple[int, int]]
    missing: list[tuple[int, int]]
    on_its_way: list[tuple[int, int]]
    possibly_lost: list[tuple[int, int]]


async def of_hub(conn: AsyncConnection, staff: Staff, name: str) -> list[Gaps]:
    """The hub's epochs, the newest first. Raises UnknownHub."""
    await hubs.require(conn, staff, name)
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_SQL["of_hub"], {"name": name, "organisation_id": staff.organisation_id})
        return [_gaps(row) for row in await cursor.fetchall()]


def _gaps(row: Mapping[str, Any]) -> Gaps:
    is_current: bool = row["is_current"]
    tail = unbroken(row["open_tail"])
    return Gaps(
        epoch=row["epoch"],
        is_current=is_current,
        assigned_upto=row["assigned_upto"],
        held=unbroken(row["held"]),
        missing=unbroken(row["missing"]),
        on_its_way=tail if is_current else [],
        possibly_lost=[] if is_current else tail,
    )
