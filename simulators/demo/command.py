"""`hearthbeat-sim demo`."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import click

from edge_agent.wire.deferred_imports import deferred_imports
from simulators.demo.errors import DemoError
from simulators.demo.folder import default_home
from simulators.demo.ports import Port

with deferred_imports():
    from simulators.demo import run, terminal

PORT = click.IntRange(1, 65535)


@click.command()
@click.option(
    "--home",
    envvar="HEARTHBEAT_HOME",
    type=click.Path(path_type=Path, file_okay=False),
    show_envvar=True,
    help="The data folder (root: /var/lib/hearthbeat, else ~/.local/share/hearthbeat).",
)
@click.option(
    "--web-port", envvar="HEARTHBEAT_WEB_PORT", type=PORT, default=8420, show_default=True, show_envvar=True
)
@click.option(
    "--broker-port",
    envvar="HEARTHBEAT_BROKER_PORT",
    type=PORT,
    default=18883,
    show_default=True,
    show_envvar=True,
)
@click.option(
    "--gateway-port",
    envvar="HEARTHBEAT_GATEWAY_PORT",
    type=PORT,
    default=18884,
    show_default=True,
    show_envvar=True,
    help="Where the broker listens for the gateway alone.",
)
@click.option(
    "--database-port",
    envvar="HEARTHBEAT_DATABASE_PORT",
    type=PORT,
    default=15432,
    show_default=True,
    show_envvar=True,
)
def demo(home: Path | None, web_port: int, broker_port: int, gateway_port: int, database_port: int) -> None:
    """All of Hearthbeat on this machine, with three virtual homes, until Ctrl-C.

    HEARTHBEAT_DATABASE_URL, when set, is used instead of an embedded PostgreSQL.
    """
    settings = run.Settings(
        home=(home or default_home(os.environ)).absolute(),
        web=Port("console", web_port, "--web-port", "HEARTHBEAT_WEB_PORT"),
        broker=Port("broker", broker_port, "--broker-port", "HEARTHBEAT_BROKER_PORT"),
        gateway=Port("gateway at the broker", gateway_port, "--gateway-port", "HEARTHBEAT_GATEWAY_PORT"),
        database=Port("database", database_port, "--database-port", "HEARTHBEAT_DATABASE_PORT"),
        database_url=os.environ.get("HEARTHBEAT_DATABASE_URL") or None,
        environment=os.environ,
    )
    try:
        asyncio.run(run.run(settings, terminal.Terminal()))
    except DemoError as error:
        raise click.ClickException(str(error)) from error
