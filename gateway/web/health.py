"""Whether the process lives, whether it can work, and its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

from gateway import faults
from gateway.canary import canary
from gateway.canary.canary import Canary
from gateway.database import migrate
from gateway.database.pool import DATABASE_AWAY
from gateway.errors import Unavailable
from gateway.metrics import CONTENT_TYPE, Metric, Sample
from gateway.operations import gauges
from gateway.operations.gauges import Gauges
from gateway.resources import Resources
from gateway.web.guard.context import Now, Shared

router = APIRouter(tags=["health"])
PATIENCE_S = 2.0
ENDED_FOR = timedelta(minutes=2)
"""A role rests for a minute at most; one that has played for another is well again."""


class BrokerAway(Unavailable):
    """A process that takes readings in has no connection to the broker."""


@router.get("/livez")
async def livez() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@router.get("/readyz")
async def readyz(web: Shared, now: Now) -> dict[str, str]:
    """The database answers and is migrated; a process that ingests is connected to the broker.

    A role that ended not long ago and was begun again is named with its reason: the others go on.
    """
    async with web.resources.pool.connection(timeout=PATIENCE_S) as conn:
        await migrate.check(conn)
    if away := [channel for channel, is_connected in web.resources.connected() if not is_connected]:
        raise BrokerAway(f"Not connected to the broker for {', '.join(away)}.")
    ended = "; ".join(
        f"{role}: {end.why}" for role, end in web.resources.ended.items() if now - end.at < ENDED_FOR
    )
    return {"status": "ready"} | ({"begun_again": ended} if ended else {})


@router.get("/metrics", include_in_schema=False)
async def metrics(web: Shared, now: Now) -> PlainTextResponse:
    """The numbers of this process, and of the whole gateway while the database answers."""
    try:
        async with web.resources.pool.connection(timeout=PATIENCE_S) as conn:
            found = [
                *_of_gateway(await gauges.read(conn, now)),
                *_of_canary(await canary.get(conn), now),
                *_of_roles(await faults.count_by_role(conn)),
            ]
    except DATABASE_AWAY:
        found = []
    reached = Sample(Metric.DATABASE, int(bool(found)))
    samples = [*_of_process(web.resources), reached, *found]
    return PlainTextResponse(web.resources.metrics.text(samples), media_type=CONTENT_TYPE)


def _of_process(resources: Resources) -> Iterator[Sample]:
    for channel, is_connected in resources.connected():
        yield Sample(Metric.BROKER, int(is_connected), (("channel", channel),))


def _of_gateway(found: Gauges) -> Iterator[Sample]:
    yield Sample(Metric.DUE, found.due)
    yield Sample(Metric.LAG, found.evaluation_lag_s)
    yield Sample(Metric.UNRECEIPTED, found.oldest_unreceipted_s)
    yield Sample(Metric.UNJUDGED, found.patients_unjudged)
    yield Sample(Metric.MISSING, found.positions_missing)
    yield Sample(Metric.CLOCKS_LAG, found.clocks_lag_s)
    yield Sample(Metric.OVERDUE, found.tasks_overdue)
    yield Sample(Metric.QUARANTINED, found.quarantined)
    yield Sample(Metric.HUBS_ONLINE, found.hubs_online)
    yield Sample(Metric.HUBS_STALLED, found.hubs_stalled)
    yield Sample(Metric.UNDELIVERED, found.notifications_failed)
    yield Sample(Metric.UNDELIVERED_AGE, found.oldest_notification_s)


def _of_roles(set_aside: Mapping[str, int]) -> Iterator[Sample]:
    for role, items in set_aside.items():
        yield Sample(Metric.SET_ASIDE, items, (("role", role),))


def _of_canary(found: Canary | None, now: datetime) -> Iterator[Sample]:
    if found is not None:
        yield Sample(Metric.CANARY_AGE, (now - found.alive_at).total_seconds())
        if found.seconds is not None:
            yield Sample(Metric.CANARY, found.seconds)
