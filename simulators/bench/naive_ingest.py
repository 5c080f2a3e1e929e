"""As one would write it on the first day, as a process: a transaction a message, an INSERT a reading."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from uuid import UUID

from edge_agent.wire import topics
from edge_agent.wire.messages import Batch
from edge_agent.wire.topics import Channel
from edge_agent.wire.vitals import Vital
from gateway.broker import Broker
from gateway.database.pool import open_pool
from gateway.settings import read_settings

INSERT = b"INSERT INTO bench_naive VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
VITALS = (Vital.SYSTOLIC_BP, Vital.DIASTOLIC_BP, Vital.PULSE_RATE)
HELD = 200
PROGRAM = (sys.executable, "-m", "simulators.bench.naive_ingest")


async def consume() -> None:
    """Take in what hubs publish, until killed."""
    settings = read_settings(os.environ)
    async with (
        open_pool(settings.database_url, max_size=1) as pool,
        Broker(settings.broker, "bench-naive", [topics.every_hub(Channel.READINGS)], HELD) as broker,
    ):
        while True:
            delivery = await broker.deliveries.get()
            rows = [
                (
                    reading.reading_id,
                    reading.device.identifier,
                    reading.measured_at,
                    *(reading.values[vital].value for vital in VITALS),
                )
                for reading in Batch.model_validate_json(delivery.payload).readings
            ]
            async with pool.connection() as conn, conn.cursor() as cursor:
                for row in rows:
                    await cursor.execute(INSERT, row)
            broker.acknowledge(delivery)
            first = int(delivery.properties[topics.FIRST_POSITION_PROPERTY])
            receipt = {
                "batch_id": str(UUID(bytes=delivery.correlation)),
                "stored": list(range(first, first + len(rows))),
            }
            hub, _ = topics.parse(delivery.topic)
            broker.publish(topics.topic(hub, Channel.RECEIPTS), json.dumps(receipt).encode())


if __name__ == "__main__":
    asyncio.run(consume())
