"""`hearthbeat-hub doctor`: each thing that a hub needs, whether it is there, and what to do if it is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from importlib import import_module

import click

from edge_agent.commands.refusal import RefusedError
from edge_agent.settings import Settings, SettingsError, find_home, load


@dataclass(frozen=True)
class Finding:
    """What was looked at and what was found. `to_do` is empty where nothing is wrong."""

    about: str
    found: str
    to_do: str = ""

    @property
    def is_well(self) -> bool:
        return not self.to_do


@click.command("doctor")
def doctor_command() -> None:
    """Look at all that this hub needs, and say what to do where something is wrong (exit status 1)."""
    try:
        settings = load(find_home())
    except SettingsError as error:
        raise RefusedError(str(error)) from error
    # Bluetooth and MQTT take a while to import; `--help` does without.
    examine: Callable[[Settings], Coroutine[None, None, list[Finding]]] = import_module(
        "edge_agent.examination"
    ).examine
    findings = asyncio.run(examine(settings))
    for each in findings:
        click.echo(f"{'ok   ' if each.is_well else 'WRONG'}  {each.about}: {each.found}")
        if not each.is_well:
            click.echo(f"       -> {each.to_do}")
    raise SystemExit(0 if all(each.is_well for each in findings) else 1)
