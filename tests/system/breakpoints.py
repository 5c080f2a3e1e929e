"""Where the world can be stopped on the way of a reading: between two named steps.

Each stop uses the cuff, brings that reading between its two steps, shows from outside that it is there, and
keeps it there until its block ends. Nothing in the servers knows of it: what is held are bytes on a line and
rows of a table.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, LiteralString

from psycopg import AsyncConnection

from tests.servers.packets import Kind, Packet, packets
from tests.servers.patience import eventually
from tests.servers.proxy import Direction
from tests.system.pipeline import Pipeline
from tests.system.scene import Scene, held, is_readings, is_receipt, some_packet

Stop = Callable[[Scene], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def outbox_write_and_publish(scene: Scene) -> AsyncIterator[None]:
    """The broker does not hear the hub, which therefore is not connected and publishes nothing."""
    to_broker = scene.hubs_line.to_server
    to_broker.hold()
    await scene.hubs_line.cut()
    await scene.measure()
    await eventually(scene.waits_in_outbox)
    await eventually(lambda: some_packet(to_broker, lambda packet: packet.kind is Kind.CONNECT))
    assert Kind.PUBLISH not in {packet.kind for packet in packets(to_broker.held)}
    yield
    to_broker.release()


@asynccontextmanager
async def publish_and_commit(scene: Scene) -> AsyncIterator[None]:
    """The gateway has the reading and waits, within its transaction, for the row of the source."""
    to_gateway, to_broker = scene.gateways_line.to_client, scene.gateways_line.to_server
    to_gateway.hold()
    async with locked(scene.pipeline, "SELECT FROM source FOR UPDATE"):
        await scene.measure_and_publish()
        await held(to_gateway, is_readings)
        connection = which_connection(to_gateway, is_readings)
        to_broker.hold()
        to_gateway.release()
        await eventually(lambda: scene.waiting_statements("SELECT FROM source "))
        assert await scene.waits_in_outbox()
        assert not await scene.is_stored()
        said = packets(to_broker.held_by_connection[connection])
        assert Kind.PUBACK not in {packet.kind for packet in said}
        yield
    to_broker.release()


@asynccontextmanager
async def commit_and_acknowledge(scene: Scene) -> AsyncIterator[None]:
    """The reading is there for everybody to see; the gateway's word to the broker is on the line."""
    to_broker = scene.gateways_line.to_server
    to_broker.hold()
    await scene.measure_and_publish()
    await eventually(scene.is_stored)
    await eventually(lambda: acknowledgement_before_receipt(to_broker))
    assert await scene.waits_in_outbox()
    yield
    to_broker.release()


@asynccontextmanager
async def acknowledge_and_receipt(scene: Scene) -> AsyncIterator[None]:
    """As before, but the acknowledgement has reached the broker; only the receipt is on the line."""
    to_broker = scene.gateways_line.to_server
    async with commit_and_acknowledge(scene):
        [acknowledgement, receipt] = await acknowledgement_before_receipt(to_broker)
        to_broker.pass_on(acknowledgement.whole)
        assert any(each.startswith(receipt.whole) for each in to_broker.held_by_connection)
        yield


@asynccontextmanager
async def receipt_and_outbox(scene: Scene) -> AsyncIterator[None]:
    """The gateway has said that the reading is stored; the hub has not heard it."""
    to_hub = scene.hubs_line.to_client
    await scene.measure_and_publish(then_deaf=True)
    await held(to_hub, is_receipt)
    assert await scene.is_stored()
    assert await scene.waits_in_outbox()
    yield
    to_hub.release()


@asynccontextmanager
async def commit_and_task_insert(scene: Scene) -> AsyncIterator[None]:
    """The reading has its receipt; the evaluator waits, within its transaction, to insert the task.

    It waits for a task of the same patient and condition that may yet come to be. A lock of the table would
    hold up its looks by the clock, too, and they may come first.
    """
    async with locked(scene.pipeline, SAME_TASK):
        await scene.measure_and_publish()
        await eventually(scene.pipeline.has_receipt)
        await eventually(lambda: scene.waiting_statements("INSERT INTO task "))
        assert await scene.is_stored()
        assert await scene.pipeline.counts("due", "episode", "task") == [1, 0, 0]
        yield


SAME_TASK: Final = """
INSERT INTO task (organisation_id, patient_id, condition, rule_id, rule_version, rule_source, title, reason,
    steps, priority, status, measured_at, raised_at)
SELECT organisation_id, patient_id, 'severe-hypertension', 'severe-blood-pressure', '', '', '', '', '{}',
    'urgent', 'ready', now(), now()
FROM patient
"""


@asynccontextmanager
async def locked(pipeline: Pipeline, statement: LiteralString) -> AsyncIterator[None]:
    """Somebody else's transaction, which keeps what it locks. The database may die in the meantime."""
    conn = await AsyncConnection.connect(pipeline.database_url)
    try:
        await conn.execute(statement)
        yield
    finally:
        await conn.close()


def which_connection(direction: Direction, wanted: Callable[[Packet], bool]) -> int:
    """The number of the connection on which such a packet is being held."""
    return next(
        number
        for number, each in enumerate(direction.held_by_connection)
        if any(wanted(packet) for packet in packets(each))
    )


async def acknowledgement_before_receipt(direction: Direction) -> list[Packet]:
    """The two packets, once the gateway has sent both, in this order and over the same connection."""
    for connection in direction.held_by_connection:
        match packets(connection):
            case [first, second, *_] if first.kind is Kind.PUBACK and is_receipt(second):
                return [first, second]
    return []
