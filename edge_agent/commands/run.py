"""`hearthbeat-hub run`: read devices and send what they say."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from importlib import import_module

import click

from edge_agent.commands.refusal import RefusedError
from edge_agent.lock import HubRuns
from edge_agent.outbox import OutboxError
from edge_agent.settings import Settings, SettingsError, find_home, load


@click.command("run")
def run_command() -> None:
    """Read the devices in reach and send what they measure, until SIGTERM or Ctrl-C."""
    _log_to_stderr()
    try:
        settings = load(find_home())
        # Bluetooth and MQTT take a while to import; `--help` and `status` do without.
        run: Callable[[Settings], Coroutine[None, None, None]] = import_module("edge_agent.agent").run
        asyncio.run(run(settings))
    except (SettingsError, HubRuns, OutboxError) as error:
        raise RefusedError(str(error)) from error


def _log_to_stderr() -> None:
    """One line an event: time, level, its name, and key=value with ids. Never a measured value."""
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(message)s",
        datefmt="%Y-%m-%dT%H:%M:%S%z",
    )
