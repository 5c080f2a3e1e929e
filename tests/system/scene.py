"""The whole way of a reading with two lines that can be held, and hands that kill."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from simulators.devices.values import DeviceKind
from tests.servers.broker import Broker
from tests.servers.packets import Kind, Packet, packets
from tests.servers.patience import eventually
from tests.servers.proxy import Direction, Proxy, open_proxy
from tests.system.pipeline import ASTA, Pipeline, open_pipeline


@dataclass(frozen=True)
class Scene:
    """A way whose hub and gateway reach the broker over lines that can be held."""

    pipeline: Pipeline
    hubs_line: Proxy
    gateways_line: Proxy

    async def measure(self) -> None:
        await self.pipeline.home.measure(DeviceKind.CUFF, systolic=190, diastolic=125)

    async def measure_and_publish(self, *, then_deaf: bool = False) -> None:
        """Returns when the hub has published the reading and has the broker's word that it was taken.

        A hub that is `then_deaf` hears nothing after that word.
        """
        line = self.hubs_line
        line.to_server.hold()
        line.to_client.hold()
        await self.measure()
        message = await held(line.to_server, is_readings)
        line.to_server.release()
        taken = await held(
            line.to_client,
            lambda packet: packet.kind is Kind.PUBACK and packet.packet_id == message.packet_id,
        )
        line.to_client.pass_on(taken.whole)
        if not then_deaf:
            line.to_client.release()

    async def kill_hub(self) -> None:
        """What it had on its line is lost with it."""
        self.pipeline.hub.kill()
        await self.hubs_line.cut()

    async def kill_broker(self) -> None:
        """What it had in memory and on its disk is lost, as when another machine takes its place."""
        self.pipeline.broker.kill()
        self.pipeline.broker.forget()
        await self.hubs_line.cut()
        await self.gateways_line.cut()

    async def kill_gateway(self) -> None:
        """What it had on its line is lost with it."""
        self.pipeline.gateway.kill()
        await self.gateways_line.cut()

    async def waiting_statements(self, part: str) -> list[str]:
        """What the gateway has asked of the database and waits for, because of a lock; with `part` in it."""
        waiting = await self.pipeline.rows(
            "SELECT query FROM pg_stat_activity"
            " WHERE application_name = 'hearthbeat' AND state = 'active' AND wait_event_type = 'Lock'"
        )
        return [query for (query,) in waiting if part in query]

    async def waits_in_outbox(self) -> bool:
        return [each.is_waiting for each in self.pipeline.hub.outbox()] == [True]

    async def is_stored(self) -> bool:
        return await self.pipeline.rows("SELECT systolic_bp FROM reading") == [(190,)]


@asynccontextmanager
async def open_scene(folder: Path, database_url: str, broker: Broker) -> AsyncIterator[Scene]:
    async with (
        open_proxy(broker.port) as hubs_line,
        open_proxy(broker.gateway_port) as gateways_line,
        open_pipeline(
            *(folder, database_url, broker), hubs_port=hubs_line.port, gateways_port=gateways_line.port
        ) as pipeline,
    ):
        await pipeline.assign(await pipeline.admit(ASTA), DeviceKind.CUFF)
        await eventually(lambda: pipeline.rows("SELECT WHERE NOT EXISTS (SELECT FROM due)"))
        yield Scene(pipeline, hubs_line, gateways_line)


def is_readings(packet: Packet) -> bool:
    return packet.topic.endswith("/readings")


def is_receipt(packet: Packet) -> bool:
    return packet.topic.endswith("/receipts")


async def held(direction: Direction, wanted: Callable[[Packet], bool]) -> Packet:
    """The first such packet among what is being held, once it is there."""
    return (await eventually(lambda: some_packet(direction, wanted)))[0]


async def some_packet(direction: Direction, wanted: Callable[[Packet], bool]) -> list[Packet]:
    return [
        packet
        for connection in direction.held_by_connection
        for packet in packets(connection)
        if wanted(packet)
    ]
