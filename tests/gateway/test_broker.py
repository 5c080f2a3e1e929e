"""The gateway's connections to a real broker."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gateway.broker import Broker
from gateway.settings import BrokerSettings
from tests.servers.broker import GATEWAY
from tests.servers.broker import Broker as BrokerProcess
from tests.servers.patience import patience
from tests.system.strange_hub import strange_hub

SHARED = "$share/members/hearthbeat/1/+/readings"
TOPIC = "hearthbeat/1/home-1/readings"
MESSAGES = 10


async def test_who_leaves_keeps_no_share(broker: BrokerProcess, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text(broker.passwords[GATEWAY])
    settings = BrokerSettings(broker.host, broker.gateway_port, GATEWAY, password)
    async with Broker(settings, "stays", [SHARED], MESSAGES) as stays:
        async with (
            Broker(settings, "leaves", [SHARED], MESSAGES) as leaves,
            patience("its share"),
        ):
            while not leaves.deliveries.qsize():
                stays.publish(TOPIC, b"before")
                await asyncio.sleep(0.05)
        for number in range(MESSAGES):
            stays.publish(TOPIC, b"%d" % number)
        came: list[bytes] = []
        async with patience("all of them"):
            while len(came) < MESSAGES:
                delivery = await stays.deliveries.get()
                stays.acknowledge(delivery)
                came += [delivery.payload] if delivery.payload != b"before" else []
        assert came == [b"%d" % number for number in range(MESSAGES)]


async def test_what_is_sent_at_most_once_costs_no_connection(broker: BrokerProcess, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text(broker.passwords[GATEWAY])
    broker.add_user("home-1", "a hub's")
    settings = BrokerSettings(broker.host, broker.gateway_port, GATEWAY, password)
    async with (
        strange_hub("home-1", "a hub's", broker) as hub,
        Broker(settings, "hears", [SHARED], MESSAGES) as hears,
        patience("its own message"),
    ):
        while hears.deliveries.empty():
            hub.mention(b"at most once")
            await asyncio.sleep(0.05)
        first = await hears.deliveries.get()
        hears.acknowledge(first)
        hears.publish(TOPIC, b"its own")  # the broker reads it after what was acknowledged
        while (last := await hears.deliveries.get()).payload != b"its own":
            hears.acknowledge(last)
        assert last.connection == first.connection
