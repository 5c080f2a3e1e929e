"""`hearthbeat-hub run`: read devices and send what they say."""

from __future__ import annotations

import asyncio
import logging

import click

from edge_agent.commands.refusal import RefusedError
from edge_agent.hub_lock import HubRuns
from edge_agent.wire.deferred_imports import deferred_imports

with deferred_imports():
    from edge_agent import agent, outbox
    from edge_agent import settings as hub_settings


@click.command("run")
def run_command() -> None:
    """Read the devices in reach and send what they measure, until SIGTERM or Ctrl-C."""
    _log_to_stderr()
    try:
        asyncio.run(agent.run(hub_settings.load(hub_settings.find_home())))
    except (hub_settings.SettingsError, HubRuns, outbox.OutboxError) as error:
        raise RefusedError(str(error)) from error


def _log_to_stderr() -> None:
    """One line an event: time, level, its name, and key=value with ids. Never a measured value."""
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(message)s",
        datefmt="%Y-%m-%dT%H:%M:%S%z",
    )
