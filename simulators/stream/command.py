"""`hearthbeat-sim stream`."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import click

from edge_agent.wire.deferred_imports import deferred_imports
from simulators.replay.command import HostPort
from simulators.stream import MOST_RECORDS

with deferred_imports():
    from edge_agent import publisher
    from edge_agent.wire import instants
    from simulators.stream import hub as virtual_hub
    from simulators.stream import meter

RECEIPT_WITHIN_S = 60.0


class Aware(click.ParamType[datetime]):
    """An ISO 8601 time with its zone."""

    name = "time"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not an ISO 8601 time", param, ctx)
        if at.tzinfo is None:
            self.fail(f"{value!r} has no zone", param, ctx)
        try:
            return instants.entered(at)
        except ValueError as error:
            self.fail(f"{value!r}: {error}", param, ctx)


@click.command()
@click.option("--hub", required=True, help="The hub's name, as the gateway knows it.")
@click.option("--broker", required=True, type=HostPort(), help="HOST:PORT.")
@click.option(
    "--folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Where its outbox is kept; `broker-password` in it is what it signs in with.",
)
@click.option("--meter", "meters", required=True, multiple=True, help="A meter's name; several may be given.")
@click.option("--records", required=True, type=click.IntRange(1, MOST_RECORDS), help="Of each meter.")
@click.option("--since", required=True, type=Aware(), help="The time of the first record.")
@click.option("--minutes", default=5.0, show_default=True, help="From one record's time to the next.")
@click.option("--every", default=1.0, show_default=True, help="Seconds from reading a record to the next.")
@click.option(
    "--receipt-within",
    type=click.FloatRange(min=1),
    default=RECEIPT_WITHIN_S,
    show_default=True,
    help="Seconds after which what has no receipt is sent again.",
)
def stream(
    *,
    hub: str,
    broker: tuple[str, int],
    folder: Path,
    meters: tuple[str, ...],
    records: int,
    since: datetime,
    minutes: float,
    every: float,
    receipt_within: float,
) -> None:
    """Be a hub that reads virtual meters, record by record, until each has its receipt.

    Killed and started again it goes on where it was.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    password = (folder / "broker-password").read_text().strip()
    virtual = [meter.Meter(name, records, since, timedelta(minutes=minutes)) for name in meters]
    work = virtual_hub.stream(
        *(hub, publisher.Broker(*broker, password), folder / "outbox.db", virtual),
        every_s=every,
        receipt_within_s=receipt_within,
    )
    asyncio.run(_until_signal(work))


async def _until_signal(work: Coroutine[None, None, None]) -> None:
    task = asyncio.create_task(work)
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task
