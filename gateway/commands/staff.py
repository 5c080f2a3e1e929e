"""`hearthbeat staff`: the way back for somebody whose password is lost, on the gateway's own machine."""

from __future__ import annotations

from pathlib import Path

import click

from edge_agent.wire.deferred_imports import deferred_imports
from gateway.clock import utc_now
from gateway.commands.runner import database_url, do

with deferred_imports():
    from gateway.database import migrate
    from gateway.database import pool as database
    from gateway.staff import accounts, setup


@click.group()
def staff() -> None:
    """Accounts of people, from the gateway's own machine."""


@staff.command()
@click.option("--user", required=True, help="The user name of the account.")
@click.option(
    "--sign-in-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write user and password (0600); without it they are printed.",
)
def reset(user: str, sign_in_file: Path | None) -> None:
    """Give an account a one-time password, for 72 hours and for choosing another.

    The old password ends, and whoever is signed in to the account no longer is. It is for an administrator
    whom no other administrator can help; it is recorded among the accesses. A closed account stays closed.
    """
    opened = do(_reset(user, sign_in_file))
    ends = f"until {opened.expires_at:%Y-%m-%d %H:%M} UTC"
    if sign_in_file is None:
        click.echo(f"user {opened.username}, one-time password {opened.password}, {ends}")
    else:
        click.echo(f"sign in with {sign_in_file}, {ends}")


async def _reset(user: str, sign_in_file: Path | None) -> accounts.OneTimeSignIn:
    async with database.open_pool(database_url()) as pool, pool.connection() as conn:
        await migrate.check(conn)
        opened = await accounts.reset(conn, user, utc_now())
        if sign_in_file is not None:  # before the transaction ends: the password is kept nowhere else
            setup.write_sign_in(sign_in_file, setup.SignIn(opened.username, opened.password or ""))
        return opened
