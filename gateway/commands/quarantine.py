"""`hearthbeat quarantine`: what could not be used, and what is done about it."""

from __future__ import annotations

import click

from edge_agent.wire.deferred_imports import deferred_imports
from gateway.clock import utc_now
from gateway.commands.actor import acting
from gateway.commands.runner import do
from gateway.ingest.message_state import QuarantineState
from gateway.staff.permissions import Permission

with deferred_imports():
    from gateway.ingest import quarantine as store
    from gateway.ingest import retry as retrying

AT_ONCE = 500
MESSAGE = click.IntRange(1, 2**63 - 1)


@click.group()
@click.option(
    "--as",
    "username",
    envvar="HEARTHBEAT_USER",
    help="Your user name: what may be seen and done is yours, and what is done is kept under it.",
)
@click.pass_context
def quarantine(ctx: click.Context, username: str | None) -> None:
    """Messages that could not be used: list, show, retry, discard."""
    ctx.obj = username


@quarantine.command("list")
@click.option(
    "--state", type=click.Choice([each.value for each in QuarantineState]), default=QuarantineState.OPEN.value
)
@click.pass_obj
def list_messages(username: str | None, state: str) -> None:
    """The messages, the newest first; without their bytes."""
    for message in do(_find(username, QuarantineState(state))):
        click.echo(_line(message))


@quarantine.command()
@click.argument("message", type=MESSAGE)
@click.pass_obj
def show(username: str | None, message: int) -> None:
    """One message with its bytes, and what was done about it."""
    stored, steps = do(_get(username, message))
    click.echo(_line(stored.message))
    for step in steps:
        click.echo(f"  {step.at:%Y-%m-%d %H:%M} {step.staff_name}: {step.outcome}, {step.why}")
    click.echo(stored.payload.decode(errors="backslashreplace"))


@quarantine.command()
@click.argument("messages", nargs=-1, required=True, type=MESSAGE)
@click.pass_obj
def retry(username: str | None, messages: tuple[int, ...]) -> None:
    """Once the cause is dealt with: store what can be stored; exit 1 if something cannot be used still."""
    refused = False
    for message in messages:
        retried = do(_retry(username, message))
        click.echo(f"{message}: {retried.stored} stored, {retried.before} stored before")
        for reason in retried.refused:
            click.echo(f"{message}: refused, {reason}", err=True)
        refused = refused or bool(retried.refused)
    if refused:
        raise click.exceptions.Exit(1)


@quarantine.command()
@click.argument("message", type=MESSAGE)
@click.option("--reason", required=True, help="Why; without a measured value.")
@click.pass_obj
def discard(username: str | None, message: int, reason: str) -> None:
    """Give a message up. Its bytes are kept; it is no longer counted."""
    if not reason.strip():
        raise click.UsageError("--reason is empty: say why")
    do(_discard(username, message, reason.strip()))


async def _find(username: str | None, state: QuarantineState) -> list[store.Quarantined]:
    async with acting(username, Permission.SEE_OPERATIONS) as (pool, staff), pool.connection() as conn:
        found: list[store.Quarantined] = []
        before = None
        while more := await store.find(conn, staff, state=state, before=before, limit=AT_ONCE):
            found += more
            before = more[-1].quarantine_id
        return found


async def _get(
    username: str | None, message: int
) -> tuple[store.QuarantinedPayload, list[store.QuarantineStep]]:
    async with acting(username, Permission.READ_QUARANTINE) as (pool, staff), pool.connection() as conn:
        return await store.get(conn, staff, message), await store.steps(conn, message)


async def _retry(username: str | None, message: int) -> retrying.Retried:
    async with acting(username, Permission.WORK_QUARANTINE) as (pool, staff):
        return await retrying.retry(pool, staff, message, utc_now())


async def _discard(username: str | None, message: int, reason: str) -> None:
    async with acting(username, Permission.WORK_QUARANTINE) as (pool, staff), pool.connection() as conn:
        await store.discard(conn, staff, message, reason, utc_now())


def _line(message: store.Quarantined) -> str:
    positions = (
        f" positions {message.first_position} to {message.last_position}" if message.first_position else ""
    )
    return (
        f"{message.quarantine_id} {message.received_at:%Y-%m-%d %H:%M} {message.topic}{positions}, "
        f"{message.size} bytes, {message.state}: {message.reason}"
    )
