"""What hubs say of themselves: kept, and answered where it does not fit what the database holds."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from pydantic import ValidationError

from edge_agent.wire import topics
from edge_agent.wire.messages import Command, HubStatus, NewEpochCommand, ReplayCommand
from edge_agent.wire.topics import Channel
from gateway.mqtt import Broker, Delivery
from gateway.store import care
from gateway.store.connection import Connection
from gateway.store.ingest import Rejected, quarantine
from gateway.store.pool import Pool
from gateway.store.status import keep_status, missing_positions, standing

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


Unanswered = dict[str, dict[Answer, datetime]]
"""What the last word of each hub gave cause for, and since when."""


async def keep(pool: Pool, unanswered: Unanswered, broker: Broker, deliveries: Sequence[Delivery]) -> None:
    """Keep each status and answer it."""
    now = datetime.now(UTC)
    for delivery in deliveries:
        async with pool.connection() as conn:
            try:
                hub, _ = topics.parse(delivery.topic)
                status = HubStatus.model_validate_json(delivery.payload)
            except (ValidationError, ValueError):
                rejected = Rejected(now, delivery.topic, "not a hub status", delivery.payload)
                await quarantine(conn, [rejected])
                continue
            if (believed := await believable(conn, hub, status)) is not status:
                claim = status.model_dump_json(include={"epoch", "assigned", "receipted"})
                await quarantine(conn, [Rejected(now, delivery.topic, BEYOND_BELIEF, claim.encode())])
                status = believed
            await keep_status(conn, hub, status, now, is_retained=delivery.is_retained)
            if not status.online:
                continue
            answers = await answers_to(conn, hub, status)
            news = [] if delivery.is_retained else await news_for(conn, hub, status, now)
        before = unanswered.get(hub, {})
        unanswered[hub] = {each: before.get(each, now) for each in answers}
        if not delivery.is_retained:  # else nobody has just said it
            due = [each for each in answers if each in before and each.is_due(before[each], now)]
            _send(broker, hub, [*(each.command for each in due), *news])
    for delivery in deliveries:
        broker.acknowledge(delivery)


async def believable(conn: Connection, hub: str, status: HubStatus) -> HubStatus:
    """The status; without its positions where no hub can have given so many.

    The count of what is missing would be about nothing else.
    """
    claimed = max(status.assigned or 0, status.receipted or 0)
    if claimed <= MOST_AHEAD or status.epoch is None:
        return status
    if claimed - (await standing(conn, hub, status.epoch)).last <= MOST_AHEAD:
        return status
    return status.model_copy(update={"assigned": None, "receipted": None})


async def answers_to(conn: Connection, hub: str, status: HubStatus) -> list[Answer]:
    """A hub that is a copy leaves the epoch; one that was receipted what is not here sends it again."""
    if status.epoch is None or status.assigned is None:
        return []
    held = await standing(conn, hub, status.epoch)
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
    told = await care.of_hub(conn, hub, now)
    return [] if told.edition == status.care or not (told.teams or status.care) else [told]


def _send(broker: Broker, hub: str, commands: Sequence[Command]) -> None:
    for command in commands:
        broker.publish(topics.topic(hub, Channel.COMMANDS), command.model_dump_json().encode())
        logger.warning("hub_commanded", extra={"hub": hub} | command.model_dump(exclude={"teams"}))
