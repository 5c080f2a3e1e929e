"""`hearthbeat-sim bench`."""

from __future__ import annotations

import click

from simulators.bench.hub import measure_hub
from simulators.bench.table import as_json, show


@click.group()
def bench() -> None:
    """Measure Hearthbeat itself, on this machine."""


@bench.command("hub")
@click.option("--quick", is_flag=True, help="Fewer readings: under a minute.")
@click.option("--json", "json_", is_flag=True, help="One JSON array instead of a table.")
def bench_hub(*, quick: bool, json_: bool) -> None:
    """Memory, CPU time, bytes written and import time of a hub; decoders against a bare struct loop."""
    rows = measure_hub(quick=quick)
    if json_:
        click.echo(as_json(rows))
    else:
        show("The hub", rows)
