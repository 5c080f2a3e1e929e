"""The role `notify`: deliver what the outbox holds. A crash before it is marked as sent repeats a message."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx

from gateway.clock import utc_now
from gateway.notifying import message
from gateway.notifying.sending import PATIENCE_S, NotDelivered, post, send_email
from gateway.resources import Resources
from gateway.settings import Settings
from gateway.store import notifications
from gateway.store.notifications import Channel, Notification, State
from gateway.store.pool import DATABASE_AWAY, Pool

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
    settings = resources.settings
    if settings.smtp is not None:
        settings.smtp.password()
    if settings.webhook is not None:
        settings.webhook.secret()
    async with httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False) as client:
        while not resources.stop.is_set():
            try:
                taken = await deliver_due(resources.pool, settings, client, clock())
            except DATABASE_AWAY as error:
                logger.warning("database_away", extra={"error": type(error).__name__})
                taken = 0
            await resources.pause(0 if taken else POLL_S)


async def deliver_due(pool: Pool, settings: Settings, client: httpx.AsyncClient, now: datetime) -> int:
    """Try what is due, some at once; how many were taken."""
    async with pool.connection() as conn:
        taken = await notifications.take(conn, now, limit=AT_ONCE)
    async with asyncio.TaskGroup() as group:
        for each in taken:
            group.create_task(_deliver(pool, settings, client, each, now))
    return len(taken)


async def _deliver(
    pool: Pool, settings: Settings, client: httpx.AsyncClient, each: Notification, now: datetime
) -> None:
    try:
        await _send(settings, client, each, now)
    except NotSetUp:
        await _say(pool, each, State.DROPPED, now)
    except NotDelivered as failure:
        if failure.for_good or now - each.made_at >= GIVE_UP_AFTER:
            await _say(pool, each, State.FAILED, now, str(failure))
        else:
            async with pool.connection() as conn:
                await notifications.postpone(
                    conn, each.notification_id, str(failure), now + wait(each.attempts)
                )
        logger.warning("not_delivered", extra=_about(each) | {"why": str(failure)})
    else:
        await _say(pool, each, State.SENT, now)
        logger.info("delivered", extra=_about(each))


async def _send(settings: Settings, client: httpx.AsyncClient, each: Notification, now: datetime) -> None:
    if each.channel is Channel.WEBHOOK:
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


async def _say(
    pool: Pool, each: Notification, state: State, now: datetime, problem: str | None = None
) -> None:
    async with pool.connection() as conn:
        await notifications.settle(conn, each.notification_id, state, now, problem=problem)


def wait(attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubling, up to an hour."""
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(attempts - 1, 20)))


def _about(each: Notification) -> dict[str, object]:
    return {
        "notification": str(each.notification_id),
        "channel": each.channel,
        "attempts": each.attempts,
    }
