"""One hub: its meters' records into its outbox, and from there to the gateway."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from edge_agent.outbox import Outbox
from edge_agent.publisher import Broker, Publisher
from edge_agent.wire.messages import Reading
from simulators.stream.meter import Meter


async def stream(
    hub: str, broker: Broker, path: Path, meters: Sequence[Meter], *, every_s: float, receipt_within_s: float
) -> None:
    """Read all meters, a record every `every_s`; returns when each record has its receipt.

    What the outbox at `path` has already is not read again: after a kill it goes on where it was.
    """
    with Outbox(path) as outbox:
        async with Publisher(hub, broker, outbox, receipt_within_s=receipt_within_s) as publisher:
            async with asyncio.TaskGroup() as group:
                for meter in meters:
                    group.create_task(_read(meter, outbox, publisher.wake, every_s))
            await publisher.drained()


async def _read(meter: Meter, outbox: Outbox, stored: Callable[[], None], every_s: float) -> None:
    last = outbox.last_record(meter.name)
    done = 0 if last is None else last[0] + 1
    for number, reading in enumerate(islice(meter.readings(), done, None), start=done):
        outbox.add(_as_is(reading))
        outbox.set_last_record(meter.name, number, bytes.fromhex(reading.raw))
        stored()
        await asyncio.sleep(every_s)


def _as_is(reading: Reading) -> Callable[[object], Reading]:
    return lambda _: reading
