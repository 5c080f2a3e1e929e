"""When hubs were away: begun and ended by what they say, not by whether patients measure."""

from __future__ import annotations

from datetime import datetime, timedelta

from psycopg import AsyncConnection
from psycopg.rows import class_row

from gateway.database import statements
from gateway.evaluation.outages import Away, HubHeard, away, is_same
from gateway.evaluation.silence import BACK_WITHIN_S
from gateway.hubs.hubs import SILENT_AFTER

_SQL = statements.load(__name__)


async def update_outages(conn: AsyncConnection, now: datetime) -> None:
    """Begin an outage where a hub was not heard from for minutes, and end it when it is heard again."""
    async with conn.cursor(row_factory=class_row(HubHeard)) as cursor:
        await cursor.execute(_SQL["hubs"])
        found = list(away(await cursor.fetchall(), now - SILENT_AFTER))
    known: list[Away] = []
    for outage_id, *place in await (await conn.execute(_SQL["known"])).fetchall():
        before = Away(*place)
        known.append(before)
        if not any(is_same(before, each) for each in found):
            row = {"outage_id": outage_id, "now": now, "look_at": now + timedelta(seconds=BACK_WITHIN_S)}
            await conn.execute(_SQL["look_when_over"], row)  # patients first, as an evaluator locks them
            await conn.execute(_SQL["recover"], row)
    for each in found:
        if not any(is_same(before, each) for before in known):
            await conn.execute(_SQL["begin"], vars(each))
