"""The role `notify`: deliver what the outbox holds. A crash before it is marked as sent repeats a message."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import httpx

from gateway import faults
from gateway.clock import utc_now
from gateway.database.pool import Pool
from gateway.faults import Item, ItemKind
from gateway.logs import kind_of
from gateway.loop import OF_ITEMS, Chore, divide, play, set_aside
from gateway.notifications import message, outbox
from gateway.notifications.channels import PATIENCE_S, NotDelivered, post, send_email
from gateway.notifications.outbox import ROLE, Notification, NotificationChannel, NotificationState
from gateway.resources import Resources
from gateway.settings import Settings

logger = logging.getLogger(__name__)

AT_ONCE = 10
POLL_S = 1.0
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(hours=24)


class NotSetUp(Exception):
    """There is nowhere to send it."""


async def notify(resources: Resources, clock: Callable[[], datetime] = utc_now) -> None:
    """Deliver until the process stops. Raises SettingError where a secret cannot be read."""
    settings, pool = resources.settings, resources.pool
    if settings.smtp is not None:
        settings.smtp.password()
    if settings.webhook is not None:
        settings.webhook.secret()
    async with httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False) as client:
        delivering = Chore("deliver", partial(deliver_due, pool, settings, client), POLL_S)
        await play(ROLE, [delivering], pool, resources.stop, clock)


async def deliver_due(pool: Pool, settings: Settings, client: httpx.AsyncClient, now: datetime) -> int:
    """Try what is due, some at once; how many were taken."""
    async with pool.connection() as conn:
        taken = await outbox.take(conn, now, limit=AT_ONCE)

    async def deliver(one: Sequence[UUID]) -> None:
        await _deliver(pool, settings, client, one[0], now)

    async def aside(notification_id: UUID, fault: Exception) -> None:
        await set_aside(pool, Item(ROLE, ItemKind.NOTIFICATION, str(notification_id)), OF_ITEMS, now, fault)

    async with asyncio.TaskGroup() as group:
        for each in taken:
            group.create_task(divide([each], deliver, aside))
    return len(taken)


async def _deliver(
    pool: Pool, settings: Settings, client: httpx.AsyncClient, notification_id: UUID, now: datetime
) -> None:
    async with pool.connection() as conn:
        each = await outbox.get(conn, notification_id)
    outcome = await _try(settings, client, each, now)
    async with pool.connection() as conn:
        if isinstance(outcome, NotificationState):
            await outbox.settle(conn, notification_id, outcome, now)
        elif outcome.for_good or now - each.made_at >= GIVE_UP_AFTER:
            await outbox.settle(conn, notification_id, NotificationState.FAILED, now, problem=str(outcome))
        else:
            again_at = now + wait(each.attempts)
            await outbox.postpone(conn, notification_id, str(outcome), again_at)
        await faults.well(conn, ROLE, ItemKind.NOTIFICATION, [notification_id])


async def _try(
    settings: Settings, client: httpx.AsyncClient, each: Notification, now: datetime
) -> NotificationState | NotDelivered:
    """What became of it. A fault of ours is no other failure: it is tried again, and given up after a day."""
    try:
        await _send(settings, client, each, now)
    except NotSetUp:
        return NotificationState.DROPPED
    except NotDelivered as failure:
        logger.warning("not_delivered", extra=_about(each) | {"why": str(failure)})
        return failure
    except Exception as fault:
        logger.exception("not_delivered", extra=_about(each))
        return NotDelivered(f"the message could not be made or sent: {kind_of(fault)}")
    logger.info("delivered", extra=_about(each))
    return NotificationState.SENT


async def _send(settings: Settings, client: httpx.AsyncClient, each: Notification, now: datetime) -> None:
    if each.channel is NotificationChannel.WEBHOOK:
        if settings.webhook is None:
            raise NotSetUp
        await post(client, settings.webhook, each, settings.public_url, now)
        return
    if each.email is None:
        raise NotDelivered("there is no e-mail address", for_good=True)
    if settings.smtp is None:
        raise NotDelivered("e-mail is not set up", for_good=True)
    mail = message.email(each, each.email, settings.smtp.sender, settings.public_url)
    await asyncio.to_thread(send_email, settings.smtp, mail)


def wait(attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubling, up to an hour."""
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(attempts - 1, 20)))


def _about(each: Notification) -> dict[str, object]:
    return {
        "notification": str(each.notification_id),
        "channel": each.channel,
        "attempts": each.attempts,
    }
