"""`hearthbeat-sim bench`."""

from __future__ import annotations

import signal
from functools import partial
from types import FrameType

import click

from edge_agent.wire.deferred_imports import deferred_imports

with deferred_imports():
    from simulators.bench import console, hub, ingest, judgement, table


@click.group()
@click.pass_context
def bench(ctx: click.Context) -> None:
    """Measure Hearthbeat itself, on this machine."""
    handlers = {
        signal.SIGINT: signal.default_int_handler,  # a shell has what it begins in the background ignore it
        signal.SIGTERM: _end_as_with_ctrl_c,
    }
    for number, handler in handlers.items():
        ctx.call_on_close(partial(signal.signal, number, signal.signal(number, handler)))


def _end_as_with_ctrl_c(_number: int, _frame: FrameType | None) -> None:
    """Else the servers that were started would go on."""
    signal.raise_signal(signal.SIGINT)


@bench.command("hub")
@click.option("--quick", is_flag=True, help="Fewer readings: under a minute.")
@click.option("--json", "json_", is_flag=True, help="One JSON array instead of a table.")
def bench_hub(*, quick: bool, json_: bool) -> None:
    """Memory, CPU time, bytes written and import time of a hub; decoders against a bare struct loop."""
    rows = hub.measure_hub(quick=quick)
    if json_:
        click.echo(table.as_json(rows))
    else:
        table.show("The hub", rows)


@bench.command("ingest")
@click.option(
    "--quick",
    is_flag=True,
    help="One round instead of three, of fewer readings, one size killed; 6,000 and 300,000 stored.",
)
@click.option("--json", "json_", is_flag=True, help="One JSON array instead of a table.")
@click.option(
    "--database",
    envvar="HEARTHBEAT_BENCH_DATABASE_URL",
    help="URL of an empty database. [default: the embedded PostgreSQL]",
)
def bench_ingest(*, quick: bool, json_: bool, database: str | None) -> None:
    """Observations a second to a committed and receipted row, beside raw COPY and the naive way.

    Also with the rules on, with duplicates and late rows; what kill -9 loses and doubles; the time to a
    receipt, also beside a backlog; CPU time and room an observation; and how long 90 days of one patient
    take among 1 and among 50 million observations.
    """
    rows = ingest.measure_ingest(quick=quick, database_url=database, say=partial(click.echo, err=True))
    if json_:
        click.echo(table.as_json(rows))
    else:
        table.show("Taking readings in", rows)


@bench.command("judgement")
@click.option("--quick", is_flag=True, help="Fewer patients: under a minute.")
@click.option("--json", "json_", is_flag=True, help="One JSON array instead of a table.")
def bench_judgement(*, quick: bool, json_: bool) -> None:
    """Observations a second through the shipped rules, from arrays; the same rules as plain loops."""
    rows = judgement.measure_judgement(quick=quick)
    if json_:
        click.echo(table.as_json(rows))
    else:
        table.show("Judging", rows)


@bench.command("console")
@click.option("--quick", is_flag=True, help="One round instead of three, 4,000 patients instead of 20,000.")
@click.option("--json", "json_", is_flag=True, help="One JSON array instead of a table.")
def bench_console(*, quick: bool, json_: bool) -> None:
    """Task list and patient page with 20,000 patients and with a hundredth of them; 200 open pages."""
    rows = console.measure_console(quick=quick, say=partial(click.echo, err=True))
    if json_:
        click.echo(table.as_json(rows))
    else:
        table.show("The console", rows)
