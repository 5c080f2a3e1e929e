"""What the bench's hubs send, and what has become of it."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Sequence
from itertools import chain
from typing import Final, NamedTuple, TypeAlias

from edge_agent.wire.messages import MAX_READINGS
from edge_agent.wire.topics import Channel
from simulators.bench.load import Cuffs, LoadHub, PackedBatch
from simulators.bench.servers import Servers
from simulators.demo.processes import Child

AGAIN_AFTER_S: Final = 1.0
"""How long a hub waits for a receipt where the gateway is killed; in life it is a minute."""
KILL_AFTER_S: Final = 0.05
"""Into a load that takes longer, however fast the machine."""
LIVE_EVERY_S: Final = 0.01
LIVE_AT_A_TIME: Final = 20
LOOK_EVERY_S: Final = 0.01
ORDER: Final = 20261122

Loads: TypeAlias = list[list[PackedBatch]]
"""Of each hub."""


class Balance(NamedTuple):
    """Readings that were receipted and are not there, or are there twice."""

    lost: int
    doubled: int


class Sender(NamedTuple):
    """A hub and what it sends: of nobody yet, of patients in the last hours, of three days, of long ago."""

    hub: LoadHub
    cuffs: Cuffs
    patients: Cuffs
    backlog: Cuffs
    late: Cuffs


class Workload:
    """The hubs, each with its own cuffs, and a count of what they have sent to the product."""

    def __init__(self, servers: Servers, hubs: Sequence[Sender]) -> None:
        self.servers = servers
        self._hubs = hubs
        self._sent = 0

    def pack(self, size: int, messages: int) -> Loads:
        """Each hub its share of so many messages; not to be timed."""
        each = max(1, messages // len(self._hubs))
        return [sender.hub.pack(sender.cuffs.take(size * each), size) for sender in self._hubs]

    def pack_of_patients(self, size: int, messages: int) -> Loads:
        """As `pack`, of readings that are judged."""
        each = max(1, messages // len(self._hubs))
        return [sender.hub.pack(sender.patients.take(size * each), size) for sender in self._hubs]

    def pack_late(self, size: int, messages: int) -> Loads:
        """As `pack`, of readings from before all others, in no order."""
        loads = []
        for sender in self._hubs:
            readings = sender.late.take(size * max(1, messages // len(self._hubs)))
            random.Random(ORDER).shuffle(readings)
            loads.append(sender.hub.pack(readings, size))
        return loads

    async def knock(self, *, is_product: bool = True) -> None:
        """Returns when whoever takes in is there."""
        for sender in self._hubs:
            await sender.hub.knock(sender.cuffs.take(1)[0])
            self._sent += is_product

    async def ingest(
        self, loads: Loads, every_s: float = 0, again_after_s: float | None = None
    ) -> list[float]:
        """Seconds to the product's receipt of each message."""
        taken = await self.send(loads, every_s, again_after_s)
        self._sent += sum(sum({parcel.first: parcel.count for parcel in load}.values()) for load in loads)
        return taken

    async def send(self, loads: Loads, every_s: float = 0, again_after_s: float | None = None) -> list[float]:
        """Seconds to the receipt of each message."""
        pairs = zip(self._hubs, loads, strict=True)
        taken = await asyncio.gather(
            *(each.hub.send(load, every_s=every_s, again_after_s=again_after_s) for each, load in pairs)
        )
        return list(chain.from_iterable(taken))

    async def ingest_through_a_kill(self, loads: Loads, processes: Sequence[Child]) -> None:
        """Kill the processes when the loads are on their way; hubs send again what has no receipt."""
        ingesting = asyncio.create_task(self.ingest(loads, again_after_s=AGAIN_AFTER_S))
        await asyncio.sleep(KILL_AFTER_S)
        for process in processes:
            process.signal(signal.SIGKILL)
        await ingesting

    async def live(self, messages: int, backlog: int = 0) -> list[float]:
        """Seconds to the receipts of one hub's messages; another sends a backlog of so many readings."""
        behind, live = self._hubs
        load = behind.hub.pack(behind.backlog.take(backlog), MAX_READINGS) if backlog else []
        sending = asyncio.create_task(behind.hub.send(load, channel=Channel.BACKLOG))
        taken: list[float] = []
        while len(taken) < messages or not sending.done():
            some = live.hub.pack(live.cuffs.take(LIVE_AT_A_TIME), 1)
            taken += await live.hub.send(some, every_s=LIVE_EVERY_S)
        await sending
        self._sent += backlog + len(taken)
        return taken

    async def judged(self) -> None:
        """Returns when nothing is due."""
        async with self.servers.pool.connection() as conn:
            while await (await conn.execute(b"SELECT FROM due LIMIT 1")).fetchone() is not None:
                await conn.rollback()
                await asyncio.sleep(LOOK_EVERY_S)

    async def forget_due(self) -> None:
        """What came in with evaluation off is not to be judged with it on."""
        async with self.servers.pool.connection() as conn:
            await conn.execute(b"DELETE FROM due")

    async def balance(self) -> Balance:
        """Of all that was ingested so far."""
        async with self.servers.pool.connection() as conn:
            cursor = await conn.execute(b"SELECT count(*), count(DISTINCT reading_id) FROM raw_reading")
            ((rows, readings),) = await cursor.fetchall()
        return Balance(lost=self._sent - readings, doubled=rows - readings)
