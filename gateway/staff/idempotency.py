"""What was created under which key, and how that was answered: in the transaction that creates."""

from __future__ import annotations

from datetime import datetime, timedelta

from psycopg import AsyncConnection

from gateway.database import statements
from gateway.errors import Refused
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)
STORED_FOR = timedelta(hours=24)


class KeyReused(Refused):
    """The Idempotency-Key was used for another request."""


async def reserve(conn: AsyncConnection, by: Staff, key: str, digest: bytes, now: datetime) -> str | None:
    """None if the key is new and `keep` is to follow, else what was answered. Raises KeyReused."""
    row = {
        "organisation_id": by.organisation_id,
        "staff_id": by.staff_id,
        "key": key,
        "digest": digest,
        "now": now,
        "keep_since": now - STORED_FOR,
    }
    await conn.execute(_SQL["drop_old"], row)
    if (await conn.execute(_SQL["reserve"], row)).rowcount:
        return None
    [(known, answer)] = await (await conn.execute(_SQL["find"], row)).fetchall()
    if known != digest:
        raise KeyReused("The Idempotency-Key was used for another request.")
    return str(answer)


async def keep(conn: AsyncConnection, by: Staff, key: str, answer: str) -> None:
    """Keep what is answered, as JSON."""
    await conn.execute(_SQL["keep"], {"staff_id": by.staff_id, "key": key, "answer": answer})
