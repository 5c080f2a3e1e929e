"""`hearthbeat-hub doctor`: each thing that a hub needs, whether it is there, and what to do if it is not."""

from __future__ import annotations

import asyncio

import click

from edge_agent.commands.refusal import RefusedError
from edge_agent.wire.deferred_imports import deferred_imports

with deferred_imports():
    from edge_agent import health_checks
    from edge_agent import settings as hub_settings


@click.command("doctor")
def doctor_command() -> None:
    """Look at all that this hub needs, and say what to do where something is wrong (exit status 1)."""
    try:
        settings = hub_settings.load(hub_settings.find_home())
    except hub_settings.SettingsError as error:
        raise RefusedError(str(error)) from error
    results = asyncio.run(health_checks.run_checks(settings))
    for each in results:
        click.echo(f"{'ok   ' if each.is_well else 'WRONG'}  {each.about}: {each.found}")
        if not each.is_well:
            click.echo(f"       -> {each.to_do}")
    raise SystemExit(0 if all(each.is_well for each in results) else 1)
