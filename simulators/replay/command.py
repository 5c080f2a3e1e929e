"""`hearthbeat-sim replay`."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import logging
import os
import signal
from collections.abc import Coroutine
from pathlib import Path

import click

from edge_agent.wire.deferred_imports import deferred_imports
from simulators.demo.folder import Folder, default_home
from simulators.replay.errors import NotReached, ReplayError

with deferred_imports():
    from simulators.replay import enrolment, participants, report, run, screen

LAST_PORT = 65535
PATIENCE_S = 90
"""Longer than a hub waits before it sends again what has no receipt."""
INTERRUPTED = 130  # as shells say it


class HostPort(click.ParamType[tuple[str, int]]):
    """HOST:PORT."""

    name = "host:port"

    def convert(
        self, value: str | tuple[str, int], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        if isinstance(value, tuple):
            return value
        host, _, port = value.rpartition(":")
        if not host or not port.isdecimal() or not 1 <= int(port) <= LAST_PORT:
            self.fail(f"{value!r} is not HOST:PORT", param, ctx)
        return host, int(port)


def _console() -> str:
    return f"http://127.0.0.1:{os.environ.get('HEARTHBEAT_WEB_PORT', '8420')}"


def _broker() -> str:
    return f"127.0.0.1:{os.environ.get('HEARTHBEAT_BROKER_PORT', '18883')}"


def _sign_in() -> Path:
    home = os.environ.get("HEARTHBEAT_HOME")
    return Folder(Path(home) if home else default_home(os.environ)).sign_in


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option(
    "--format",
    type=click.Choice(["uci-diabetes"]),
    required=True,
    expose_value=False,  # there is one
    help="uci-diabetes: glucometer logs of the UCI Machine Learning Repository.",
)
@click.option("--console", default=_console, show_default="the demo's", help="The gateway, http://HOST:PORT.")
@click.option("--broker", type=HostPort(), default=_broker, show_default="the demo's", help="The broker.")
@click.option(
    "--sign-in",
    type=click.Path(path_type=Path, dir_okay=False),
    default=_sign_in,
    show_default="of the demo's data folder",
    help="An administrator's sign-in file.",
)
@click.option(
    "--patience",
    type=click.FloatRange(min=1),
    default=PATIENCE_S,
    show_default=True,
    help="Seconds without news after which to give up.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON instead of a table.")
def replay(
    *,
    paths: tuple[Path, ...],
    console: str,
    broker: tuple[str, int],
    sign_in: Path,
    patience: float,
    as_json: bool,
) -> None:
    """Send recorded measurements to a running gateway, as hubs would.

    PATH is a log, or a folder with logs named data-*. Each file becomes one invented patient with one hub and
    one meter. Doing it again stores nothing twice. Exits with 1 if something was refused or did not answer,
    with 2 if there is nothing to read.
    """
    logging.basicConfig(level=logging.ERROR)  # a hub that waits for its broker is what the progress shows
    shown = screen.open_screen()
    try:
        found = participants.read_participants(paths)
        work = run.replay(found, enrolment.GatewayAccess(console, *broker, sign_in), shown, patience)
        result = asyncio.run(_until_signal(work))
    except NotReached as error:
        raise click.ClickException(str(error)) from error
    except ReplayError as error:
        raise click.UsageError(str(error)) from error
    except asyncio.CancelledError:
        shown.say("Stopped. What has its receipt is stored; the same command sends the rest.")
        raise click.exceptions.Exit(INTERRUPTED) from None
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(result), indent=2))
    else:
        shown.show(result)
    if result.refused:
        raise click.ClickException(f"the gateway refused {len(result.refused)} of what was sent")


async def _until_signal(work: Coroutine[None, None, report.Report]) -> report.Report:
    """Ends with CancelledError on SIGINT or SIGTERM, after everything was closed."""
    task = asyncio.create_task(work)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    return await task
