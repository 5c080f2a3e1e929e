"""What hubs say of themselves: kept, and answered where it does not fit what the database holds."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from edge_agent.wire import topics
from edge_agent.wire.messages import Command, HubStatus, NewEpochCommand, ReplayCommand
from edge_agent.wire.topics import Channel
from gateway.broker import Broker, Delivery
from gateway.database.connection import Connection
from gateway.database.pool import Pool
from gateway.hubs import care_hours
from gateway.hubs.status import epoch_state, keep_status, missing_positions
from gateway.ingest.batch import quarantine_or_leave
from gateway.ingest.store import Rejected, quarantine
from gateway.logs import kind_of
from gateway.loop import divide

logger = logging.getLogger(__name__)

STALE_FOR = timedelta(seconds=10)
"""Words that waited for us come all at once, after the readings that followed them."""
MOST_AHEAD = 10_000_000
"""Positions that a hub may have given beyond those that came: a thousand a day for 27 years."""
BEYOND_BELIEF = "a hub status whose positions go further than any hub's: the rest of it was taken"


class Answer(NamedTuple):
    """What a hub is to be told. It is told once its next word gives the same cause: till then things move."""

    command: ReplayCommand | NewEpochCommand
    assigned: int | None = None  # by the hub, where that is the cause

    def is_due(self, since: datetime, now: datetime) -> bool:
        """Whether it has been true for long enough, if its cause was seen at `since` too."""
        return self.assigned is None or now - since >= STALE_FOR


class _Word(NamedTuple):
    """What a hub says of itself; retained: it said so before."""

    hub: str
    status: HubStatus
    is_retained: bool


Unanswered = dict[str, dict[Answer, datetime]]
"""What the last word of each hub gave cause for, and since when."""


async def keep(
    pool: Pool, unanswered: Unanswered, broker: Broker, deliveries: Sequence[Delivery], now: datetime
) -> None:
    """Keep each status and answer it; one that cannot be kept goes to quarantine alone."""

    async def keep_one(some: Sequence[Delivery]) -> None:
        [delivery] = some
        try:
            hub, _ = topics.parse(delivery.topic)
            status = HubStatus.model_validate_json(delivery.payload)
        except ValueError:
            await _reject(pool, delivery, "not a hub status", now)
        else:
            await _keep(pool, unanswered, broker, _Word(hub, status, delivery.is_retained), now)

    async def alone(delivery: Delivery, fault: Exception) -> None:
        await _reject(pool, delivery, f"a fault of ours: {kind_of(fault)}", now)

    for delivery in deliveries:
        await divide([delivery], keep_one, alone)
    for delivery in deliveries:
        broker.acknowledge(delivery)


async def _reject(pool: Pool, delivery: Delivery, reason: str, now: datetime) -> None:
    await quarantine_or_leave(pool, Rejected(now, delivery.topic, reason, delivery.payload), now)


async def _keep(pool: Pool, unanswered: Unanswered, broker: Broker, word: _Word, now: datetime) -> None:
    hub, reported, is_retained = word
    async with pool.connection() as conn:
        status = await believable(conn, hub, reported)
        if status is not reported:
            claim = reported.model_dump_json(include={"epoch", "assigned", "receipted"}).encode()
            await quarantine(conn, [Rejected(now, topics.topic(hub, Channel.STATUS), BEYOND_BELIEF, claim)])
        await keep_status(conn, hub, status, now, is_retained=is_retained)
        await conn.commit()  # kept, whatever becomes of the answer
        if not status.online:
            return
        answers = await answers_to(conn, hub, status)
        news = [] if is_retained else await news_for(conn, hub, status, now)
    before = unanswered.get(hub, {})
    unanswered[hub] = {each: before.get(each, now) for each in answers}
    if not is_retained:  # else nobody has just said it
        due = [each for each in answers if each in before and each.is_due(before[each], now)]
        _send(broker, hub, [*(each.command for each in due), *news])


async def believable(conn: Connection, hub: str, status: HubStatus) -> HubStatus:
    """The status; without its positions where no hub can have given so many.

    The count of what is missing would be about nothing else.
    """
    claimed = max(status.assigned or 0, status.receipted or 0)
    if claimed <= MOST_AHEAD or status.epoch is None:
        return status
    if claimed - (await epoch_state(conn, hub, status.epoch)).last <= MOST_AHEAD:
        return status
    return status.model_copy(update={"assigned": None, "receipted": None})


async def answers_to(conn: Connection, hub: str, status: HubStatus) -> list[Answer]:
    """A hub that is a copy leaves the epoch; one that was receipted what is not here sends it again."""
    if status.epoch is None or status.assigned is None:
        return []
    held = await epoch_state(conn, hub, status.epoch)
    if held.used_twice:
        return [Answer(NewEpochCommand(epoch=status.epoch))]
    if held.last > status.assigned:
        return [Answer(NewEpochCommand(epoch=status.epoch), status.assigned)]
    return [
        Answer(ReplayCommand(epoch=status.epoch, first_position=first, last_position=last))
        for first, last in await missing_positions(conn, hub, status)
    ]


async def news_for(conn: Connection, hub: str, status: HubStatus, now: datetime) -> list[Command]:
    """What a hub is to know of care teams, unless it holds it already, or knows nothing of such things."""
    if status.care is None:
        return []
    hours = await care_hours.of_hub(conn, hub, now)
    return [] if hours.edition == status.care or not (hours.teams or status.care) else [hours]


def _send(broker: Broker, hub: str, commands: Sequence[Command]) -> None:
    for command in commands:
        broker.publish(topics.topic(hub, Channel.COMMANDS), command.model_dump_json().encode())
        logger.warning("hub_commanded", extra={"hub": hub} | command.model_dump(exclude={"teams"}))
