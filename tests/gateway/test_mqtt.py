"""The gateway's connections to a real broker."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gateway.mqtt import Broker
from gateway.settings import BrokerSettings
from tests.servers.broker import GATEWAY
from tests.servers.broker import Broker as BrokerProcess

SHARED = "$share/members/hearthbeat/1/+/readings"
TOPIC = "hearthbeat/1/home-1/readings"
MESSAGES = 10


async def test_who_leaves_keeps_no_share(broker: BrokerProcess, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text(broker.passwords[GATEWAY])
    settings = BrokerSettings(broker.host, broker.gateway_port, GATEWAY, password)
    async with Broker(settings, "stays", [SHARED], MESSAGES) as stays:
        async with Broker(settings, "leaves", [SHARED], MESSAGES) as leaves, asyncio.timeout(10):
            while not leaves.deliveries.qsize():
                stays.publish(TOPIC, b"before")
                await asyncio.sleep(0.05)
        for number in range(MESSAGES):
            stays.publish(TOPIC, b"%d" % number)
        came: list[bytes] = []
        async with asyncio.timeout(10):
            while len(came) < MESSAGES:
                delivery = await stays.deliveries.get()
                stays.acknowledge(delivery)
                came += [delivery.payload] if delivery.payload != b"before" else []
        assert came == [b"%d" % number for number in range(MESSAGES)]
