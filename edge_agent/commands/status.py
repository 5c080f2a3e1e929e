"""`hearthbeat-hub status`: has everything arrived, in words for whoever is asked at night."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

import click

from edge_agent.commands.refusal import RefusedError
from edge_agent.commands.words import ago
from edge_agent.hub_lock import is_running
from edge_agent.wire.codes import HubProblem
from edge_agent.wire.deferred_imports import deferred_imports

with deferred_imports():
    from edge_agent import outbox, storage
    from edge_agent import settings as hub_settings

ANSWER_WITHIN_S: Final = 3.0
PROBLEMS: Final = {
    HubProblem.DISK_FULL: "The disk is full: until there is room, devices are not read.",
    HubProblem.OUTBOX_SET_ASIDE: "A damaged outbox was set aside: what it held may not have arrived.",
}


@click.command("status")
def status_command() -> None:
    """Say what waits to be sent, what arrived last, and how devices, clock and broker are."""
    try:
        settings = hub_settings.load(hub_settings.find_home())
        if not settings.outbox.exists():
            click.echo(f"Hub {settings.hub} has not run yet.")
            return
        now = datetime.now(UTC)
        with outbox.Outbox(settings.outbox) as opened:
            lines = [
                *describe(opened.counts(), opened.quarantined(), now),
                *describe_devices(opened.devices.all(), now),
            ]
    except (hub_settings.SettingsError, outbox.OutboxError) as error:
        raise RefusedError(str(error)) from error
    found = storage.problems(settings.outbox, storage.Disk(settings.home))
    if found:
        lines.append("`hearthbeat-hub doctor` says what to do about this:")
        lines.extend(f"  {PROBLEMS[problem]}" for problem in found)
    runs = "runs" if is_running(settings.home) else "does not run"
    click.echo("\n".join((f"Hub {settings.hub} {runs}.", *lines, _clock(settings), _broker(settings))))


def describe(counts: outbox.OutboxCounts, quarantined: list[tuple[str, int]], now: datetime) -> list[str]:
    """How the outbox stands, a sentence a line."""
    lines = [_waiting(counts, now), _last_receipt(counts, now)]
    if counts.unnumbered:
        lines.insert(1, f"{_readings(counts.unnumbered)} waiting until this hub knows the time.")
    if counts.quarantined:
        lines.append(f"{_readings(counts.quarantined)} reached the gateway and could not be used there:")
        lines.extend(f"  {count} x {reason}" for reason, count in quarantined)
    if counts.unreadable:
        lines.append(
            f"{counts.unreadable} message{'s' * (counts.unreadable != 1)} of devices could not be read. "
            "They are kept."
        )
    return lines


def describe_devices(devices: Iterable[outbox.KnownDevice], now: datetime) -> list[str]:
    """Each device that is read, with its battery and when it was last seen."""
    lines = []
    for each in devices:
        if not each.forgotten:
            battery = "unknown" if each.battery_percent is None else f"{each.battery_percent} %"
            seen = "never" if each.last_seen_at is None else ago(now - each.last_seen_at)
            name = each.name or each.device.model or "Device"
            lines.append(f"{name} ({each.device.identifier}): battery {battery}, last seen {seen}.")
    return lines


def _clock(settings: hub_settings.Settings) -> str:
    if settings.hub_clock().moment().is_known:
        return "The clock is right."
    return "The clock has not been told the time by a network: readings wait until it is."


def _broker(settings: hub_settings.Settings) -> str:
    where = f"The broker at {settings.broker_host}:{settings.broker_port}"
    try:
        socket.create_connection((settings.broker_host, settings.broker_port), ANSWER_WITHIN_S).close()
    except OSError as error:
        return f"{where} does not answer ({error.strerror or error}): readings are kept here."
    return f"{where} answers."


def _waiting(counts: outbox.OutboxCounts, now: datetime) -> str:
    if counts.oldest_waiting_at is None:
        return "Nothing waits: every reading has arrived." if counts.assigned else "No reading so far."
    since = ago(now - counts.oldest_waiting_at)
    return f"{_readings(counts.waiting)} waiting to be sent, the oldest measured {since}."


def _last_receipt(counts: outbox.OutboxCounts, now: datetime) -> str:
    if counts.last_receipt_at is None:
        return "The gateway has confirmed nothing yet."
    return f"The gateway last confirmed readings {ago(now - counts.last_receipt_at)}."


def _readings(count: int) -> str:
    return f"{count} reading{'s' * (count != 1)}"
