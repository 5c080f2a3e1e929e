"""`hearthbeat`: the gateway and its administration."""

from __future__ import annotations

import json
from pathlib import Path

import click

from edge_agent.wire.deferred_imports import deferred_imports
from gateway import logs, settings
from gateway.clock import utc_now
from gateway.commands.quarantine import quarantine
from gateway.commands.rules import rules
from gateway.commands.runner import all_settings, database_url, do
from gateway.commands.sql import sql
from gateway.commands.staff import staff

with deferred_imports():
    from edge_agent.wire import schema as wire_schema
    from gateway import process
    from gateway.database import migrate as migrations
    from gateway.database import pool as database
    from gateway.hubs import broker_access
    from gateway.staff import setup

ROLES = ("ingest", "evaluate", "escalate", "notify", "tidy", "canary", "web")


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Settings are environment variables; `hearthbeat run --help` lists them.",
)
@click.version_option(package_name="hearthbeat")
def main() -> None:
    """Hearthbeat's gateway: takes readings in, judges them, shows the care team its tasks.

    Not an emergency service. Not a cleared medical device.
    """


@main.command(epilog="\b\nSettings:\n" + settings.VARIABLES)
@click.argument("roles", nargs=-1, type=click.Choice(ROLES))
def run(roles: tuple[str, ...]) -> None:
    """Run the gateway: all roles in this process, or those named."""
    logs.configure()
    do(process.run(all_settings(), roles or ROLES))


@main.command()
@click.option(
    "--convert", is_flag=True, help="The server is of another kind now: make of the tables what it can."
)
def migrate(convert: bool) -> None:
    """Bring the database to this version. Doing it again changes nothing."""
    applied = do(migrations.migrate(database_url(), utc_now(), convert=convert))
    for file in applied:
        click.echo(f"applied {file}")
    click.echo("the database is at this version")


@main.command()
@click.option("--organisation", required=True, help="The organisation's name.")
@click.option(
    "--sign-in-file",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the administrator's user and password (0600).",
)
def init(organisation: str, sign_in_file: Path) -> None:
    """Make the organisation, its first care team and an administrator, and the gateway's broker password.

    What exists already is left as it is.
    """
    made = do(_initialise(all_settings(), organisation, sign_in_file))
    click.echo(
        f"made {organisation}; sign in with {sign_in_file}" if made else f"{organisation} exists already"
    )


async def _initialise(chosen: settings.Settings, organisation: str, sign_in_file: Path) -> bool:
    setup.ensure_broker_password(chosen.broker.password_file)
    async with database.open_pool(chosen.database_url) as pool, pool.connection() as conn:
        sign_in = await setup.initialise(conn, organisation, utc_now())
        if sign_in is not None:
            setup.write_sign_in(sign_in_file, sign_in)
        await broker_access.publish(conn, chosen)
    return sign_in is not None


main.add_command(rules)
main.add_command(quarantine)
main.add_command(staff)
main.add_command(sql)


@main.command()
def schema() -> None:
    """Print the contract between hubs and the gateway as JSON Schema."""
    click.echo(json.dumps(wire_schema.json_schema(), indent=2))
