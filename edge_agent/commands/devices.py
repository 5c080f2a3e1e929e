"""`hearthbeat-hub devices` and `forget`: which devices belong to this hub, and how they are."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import click

from edge_agent.commands.refusal import NoSuccess, RefusedError
from edge_agent.commands.words import ago
from edge_agent.wire.deferred_imports import deferred_imports

with deferred_imports():
    from edge_agent import outbox, profiles
    from edge_agent import settings as hub_settings
    from edge_agent.bluetooth import bonds

LOW_BATTERY_PERCENT = 15
_WHAT_TO_DO = {
    "not-paired": "It does not trust this hub yet: pair it with `hearthbeat-hub pair`.",
    "bond-lost": (
        "It and this hub no longer trust each other, perhaps after a reset or a new battery: forget it here"
        " with `hearthbeat-hub forget {address}`, delete this hub on the device, and pair it again."
    ),
}


@click.command("devices")
def devices_command() -> None:
    """Say which devices belong to this hub, when each was last there, and how full its battery is."""
    settings = _settings()
    paired = _paired(settings)
    click.echo("\n".join((f"Hub {settings.hub}", *describe(_known(settings), paired, datetime.now(UTC)))))


@click.command("forget")
@click.argument("device")
@click.option("--yes", is_flag=True, help="Do not ask.")
def forget_command(device: str, *, yes: bool) -> None:
    """Let DEVICE (its address, or its name) no longer belong to this hub. What it measured stays."""
    settings = _settings()
    chosen = _choose(_known(settings), device)
    if not yes:
        click.confirm(f"Forget {name_of(chosen)} ({chosen.device.identifier})?", abort=True)
    if not asyncio.run(bonds.remove(chosen.device.identifier)):
        raise NoSuccess("Bluetooth does not answer, so nothing was forgotten. Try again once it does.")
    try:
        with outbox.Outbox(settings.outbox) as opened:
            opened.devices.forget(chosen.device.identifier)
    except outbox.OutboxError as error:
        raise RefusedError(str(error)) from error
    click.echo(f"{name_of(chosen)} is forgotten. What it measured stays where it was sent.")
    click.echo("If it is to be used with something else, delete this hub in the device's own menu as well.")


def name_of(known: outbox.KnownDevice) -> str:
    return known.name or known.device.model or known.device.identifier


def describe(devices: list[outbox.KnownDevice], paired: set[str] | None, now: datetime) -> list[str]:
    """A few lines for each device. `paired`: the addresses; None where Bluetooth does not answer."""
    lines = [] if devices else ["No device so far. `hearthbeat-hub pair` connects one."]
    for known in devices:
        address = known.device.identifier
        what = "" if known.service is None else f", {profiles.SERVICES[known.service].noun}"
        lines += ["", f"{name_of(known)}{what}", f"  {address}"]
        if paired is not None:
            lines.append("  paired" if address in paired else "  not paired")
        seen = "never read" if known.last_seen_at is None else f"last there {ago(now - known.last_seen_at)}"
        lines.append(f"  {seen}")
        if known.battery_percent is not None:
            low = ", change it soon" if known.battery_percent <= LOW_BATTERY_PERCENT else ""
            lines.append(f"  battery {known.battery_percent} %{low}")
        if known.trouble is not None:
            what_to_do = _WHAT_TO_DO.get(known.trouble, known.trouble)
            lines.append(f"  ! {what_to_do.format(address=address)}")
    if paired is None:
        lines += ["", "Bluetooth does not answer, so this does not say which are paired."]
    return lines


def _settings() -> hub_settings.Settings:
    try:
        return hub_settings.load(hub_settings.find_home())
    except hub_settings.SettingsError as error:
        raise RefusedError(str(error)) from error


def _known(settings: hub_settings.Settings) -> list[outbox.KnownDevice]:
    if not settings.outbox.exists():
        return []
    try:
        with outbox.Outbox(settings.outbox) as opened:
            return [known for known in opened.devices.all() if not known.forgotten]
    except outbox.OutboxError as error:
        raise RefusedError(str(error)) from error


def _paired(settings: hub_settings.Settings) -> set[str] | None:
    """The addresses that bluetoothd holds keys for; None where it does not answer."""
    paired = asyncio.run(bonds.paired())
    if paired and settings.outbox.exists():
        try:
            with outbox.Outbox(settings.outbox) as opened:
                bonds.mend_identities(opened, paired)
        except outbox.OutboxError as error:
            raise RefusedError(str(error)) from error
    return None if paired is None else {device.address for device in paired}


def _choose(devices: list[outbox.KnownDevice], name: str) -> outbox.KnownDevice:
    meant = [
        known
        for known in devices
        if name.casefold() in (known.device.identifier.casefold(), name_of(known).casefold())
    ]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise NoSuccess(f"Several devices are called {name}: give the address instead.")
    names = ", ".join(f"{name_of(known)} ({known.device.identifier})" for known in devices)
    raise NoSuccess(f"There is no device {name} here. There is: {names or 'none'}.")
