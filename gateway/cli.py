"""`hearthbeat`: the gateway and its administration."""

from __future__ import annotations

import json
from pathlib import Path

import click

from edge_agent.wire.schema import json_schema
from gateway import logs, settings
from gateway.broker_access import publish
from gateway.clock import utc_now
from gateway.commands.quarantine import quarantine
from gateway.commands.running import all_settings, database_url, do
from gateway.commands.staff import staff
from gateway.identity import setup
from gateway.roles import ROLES
from gateway.roles import run as run_roles
from gateway.rules.backtest_command import backtest
from gateway.rules.command import rules
from gateway.store.migrate import migrate as migrate_database
from gateway.store.pool import open_pool


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
@click.argument("roles", nargs=-1, type=click.Choice(list(ROLES)))
def run(roles: tuple[str, ...]) -> None:
    """Run the gateway: all roles in this process, or those named."""
    logs.configure()
    do(run_roles(all_settings(), roles or tuple(ROLES)))


@main.command()
@click.option(
    "--convert", is_flag=True, help="The server is of another kind now: make of the tables what it can."
)
def migrate(convert: bool) -> None:
    """Bring the database to this version. Doing it again changes nothing."""
    applied = do(migrate_database(database_url(), utc_now(), convert=convert))
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
    async with open_pool(chosen.database_url) as pool, pool.connection() as conn:
        sign_in = await setup.initialise(conn, organisation, utc_now())
        if sign_in is not None:
            setup.write_sign_in(sign_in_file, sign_in)
        await publish(conn, chosen)
    return sign_in is not None


rules.add_command(backtest)
main.add_command(rules)
main.add_command(quarantine)
main.add_command(staff)


@main.command()
def schema() -> None:
    """Print the contract between hubs and the gateway as JSON Schema."""
    click.echo(json.dumps(json_schema(), indent=2))
