"""`hearthbeat-hub status`: has everything arrived, in words for whoever is asked at night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from edge_agent.commands.refusal import RefusedError
from edge_agent.outbox import Counts, Outbox, OutboxError
from edge_agent.settings import SettingsError, find_home, load


@click.command("status")
def status_command() -> None:
    """Say what waits to be sent, what arrived last, and what could not be used."""
    try:
        settings = load(find_home())
        if not settings.outbox.exists():
            click.echo(f"Hub {settings.hub} has not run yet.")
            return
        with Outbox(settings.outbox) as outbox:
            lines = describe(outbox.counts(), outbox.quarantined(), datetime.now(UTC))
    except (SettingsError, OutboxError) as error:
        raise RefusedError(str(error)) from error
    click.echo("\n".join((f"Hub {settings.hub}", *lines)))


def describe(counts: Counts, quarantined: list[tuple[str, int]], now: datetime) -> list[str]:
    """How the outbox stands, a sentence a line."""
    lines = [_waiting(counts, now), _last_receipt(counts, now)]
    if counts.quarantined:
        lines.append(f"{_readings(counts.quarantined)} reached the gateway and could not be used there:")
        lines.extend(f"  {count} x {reason}" for reason, count in quarantined)
    if counts.unreadable:
        lines.append(
            f"{counts.unreadable} message{'s' * (counts.unreadable != 1)} of devices could not be read. "
            "They are kept."
        )
    return lines


def _waiting(counts: Counts, now: datetime) -> str:
    if counts.oldest_waiting_at is None:
        return "Nothing waits: every reading has arrived." if counts.assigned else "No reading so far."
    since = _ago(now - counts.oldest_waiting_at)
    return f"{_readings(counts.waiting)} waiting to be sent, the oldest measured {since}."


def _last_receipt(counts: Counts, now: datetime) -> str:
    if counts.last_receipt_at is None:
        return "The gateway has confirmed nothing yet."
    return f"The gateway last confirmed readings {_ago(now - counts.last_receipt_at)}."


def _readings(count: int) -> str:
    return f"{count} reading{'s' * (count != 1)}"


def _ago(since: timedelta) -> str:
    """A time span as people say it."""
    minutes = since // timedelta(minutes=1)
    for size, unit in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if count := minutes // size:
            return f"{count} {unit}{'s' * (count != 1)} ago"
    return "just now"
