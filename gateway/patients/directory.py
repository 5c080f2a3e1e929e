"""Patients by name, as somebody looks one up."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from psycopg import AsyncConnection
from psycopg.rows import class_row

from gateway.database import statements
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)


@dataclass(frozen=True)
class Listed:
    """A patient in the directory."""

    patient_id: int
    identifier: str
    family_name: str
    given_name: str
    birth_date: date
    time_zone: str
    programmes: list[str]
    open_tasks: int


async def find(
    conn: AsyncConnection,
    staff: Staff,
    search: str | None,
    limit: int,
    only: Collection[int] | None = None,
) -> list[Listed]:
    """Patients whom `staff` reaches, by name; `search` is part of a name or of the number.

    `only` are the ids of those among whom to look; None: all.
    """
    among = None if only is None else list(only)
    row = {"staff_id": staff.staff_id, "search": search, "limit": limit, "only": among}
    async with conn.cursor(row_factory=class_row(Listed)) as cursor:
        await cursor.execute(_SQL["patients"], row)
        return await cursor.fetchall()
