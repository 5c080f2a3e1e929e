"""`hearthbeat-hub pair`: connect a device to this hub, step by step."""

from __future__ import annotations

import logging
import re

import click

from edge_agent.commands.refusal import RefusedError
from edge_agent.wire.deferred_imports import deferred_imports

with deferred_imports():
    from edge_agent import settings as hub_settings
    from edge_agent.commands import pairing_dialog

ADDRESS = re.compile(r"([0-9A-F]{2}:){5}[0-9A-F]{2}")


def address(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """A Bluetooth address, in capitals."""
    if value is not None and not ADDRESS.fullmatch(value.upper()):
        raise click.BadParameter("expected six pairs of hexadecimal digits such as C0:26:DF:00:00:01")
    return None if value is None else value.upper()


@click.command("pair")
@click.option("--address", callback=address, help="The device's Bluetooth address; then nothing is asked.")
@click.option("--passkey", type=click.IntRange(0, 999999), help="The six digits that the device shows.")
def pair_command(address: str | None, passkey: int | None) -> None:
    """Connect a device to this hub: what to press, the number it shows, and whether it worked.

    The hub may go on running meanwhile.
    """
    logging.disable()  # what goes wrong is told in words
    try:
        settings = hub_settings.load(hub_settings.find_home())
    except hub_settings.SettingsError as error:
        raise RefusedError(str(error)) from error
    pairing_dialog.pair_one(settings, pairing_dialog.PairingOptions(address, passkey))
