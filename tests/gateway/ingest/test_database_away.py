"""The role `ingest` while the database is away: what it holds, what it gives up, and how it goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from edge_agent.wire import topics
from edge_agent.wire.messages import Batch, Receipt
from edge_agent.wire.topics import Channel
from gateway.broker import Broker
from gateway.database.pool import Pool, open_pool
from gateway.hubs.registry import Registry
from gateway.ingest import role
from gateway.ingest.batch import store_each
from gateway.ingest.message import Message, UnreadableMessage, read_message
from gateway.resources import Resources
from gateway.rules import load_shipped
from gateway.settings import BrokerSettings, Settings
from tests.gateway.ward import HUB, Ward, glucose
from tests.servers.broker import GATEWAY
from tests.servers.broker import Broker as BrokerProcess
from tests.servers.patience import eventually, patience
from tests.servers.ports import LOOPBACK, free_port
from tests.servers.proxy import Proxy, open_proxy
from tests.system.strange_hub import StrangeHub, strange_hub

HELD = 5
AWAY_S = 3.0
KNOCK = b"knock"


@dataclass
class Place:
    """A hub, and a process that ingests what it sends, with a line to the database that can be cut."""

    resources: Resources
    hub: StrangeHub
    line: Proxy
    opened: list[bytes] = field(default_factory=list)
    opened_when_stored: list[int] = field(default_factory=list)
    _sent: int = 0

    def send(self, messages: int) -> None:
        for _ in range(messages):
            self._sent += 1
            payload = Batch(readings=(glucose(100.0 + self._sent),)).model_dump_json(exclude_defaults=True)
            self.hub.publish(payload.encode(), first=self._sent)

    @property
    def batches(self) -> list[bytes]:
        """What was opened of all that was sent."""
        return [each for each in self.opened if each != KNOCK]

    async def listens(self) -> None:
        """Returns when it is dealt what hubs publish: its connection is there before its subscription."""

        def is_heard() -> bool:
            self.hub.mention(KNOCK)
            return self.opened[-1:] == [KNOCK]

        await eventually(is_heard)

    @property
    def is_connected(self) -> bool:
        connected = self.resources.connected()
        return len(connected) == 3 and all(is_connected for _, is_connected in connected)

    @property
    def has_given_up(self) -> bool:
        return self.resources.brokers[Channel.READINGS] is None


@pytest.fixture
async def place(
    ward: Ward, database_url: str, broker: BrokerProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Place]:
    assert await ward.count("hub") == 1
    monkeypatch.setattr(role, "RECEIVE_MAXIMUM", HELD)
    monkeypatch.setattr(role, "AWAY_S", AWAY_S)
    password = tmp_path / "password"
    password.write_text(broker.passwords[GATEWAY])
    broker.add_user(HUB, "a hub's")
    server = urlsplit(database_url)
    assert server.port is not None
    async with AsyncExitStack() as stack:
        line = await stack.enter_async_context(open_proxy(server.port))
        account = server.netloc.rpartition("@")[0]
        url = server._replace(netloc=f"{account}@{LOOPBACK}:{line.port}").geturl()
        pool = await stack.enter_async_context(open_pool(url))
        settings = Settings(
            url,
            BrokerSettings(broker.host, broker.gateway_port, GATEWAY, password),
            None,
            LOOPBACK,
            free_port(),
        )
        resources = Resources(settings, pool, load_shipped())
        hub = await stack.enter_async_context(strange_hub(HUB, "a hub's", broker))
        place = Place(resources, hub, line)

        def counted(
            topic: str, payload: bytes, correlation: bytes, properties: Mapping[str, str], now: datetime
        ) -> Message | UnreadableMessage:
            place.opened.append(payload)
            return read_message(topic, payload, correlation, properties, now)

        async def stored(
            pool: Pool, registry: Registry, messages: Sequence[Message | UnreadableMessage], now: datetime
        ) -> list[tuple[str, Receipt]]:
            receipts = await store_each(pool, registry, messages, now)
            place.opened_when_stored.append(len(place.batches))
            return receipts

        monkeypatch.setattr(role, "read_message", counted)
        monkeypatch.setattr(role, "store_each", stored)
        roles = await stack.enter_async_context(asyncio.TaskGroup())
        stack.callback(resources.stop.set)
        roles.create_task(role.ingest(resources))
        await eventually(lambda: place.is_connected)
        await place.listens()
        yield place
        line.come_back()


async def test_it_holds_so_many_messages_and_stores_them_when_the_database_is_back(place: Place) -> None:
    place.send(1)
    await eventually(lambda: len(place.hub.receipts) == 1)
    await place.line.go_down()
    place.opened_when_stored.clear()
    place.send(3 * HELD)
    await eventually(lambda: len(place.batches) > HELD)
    place.line.come_back()
    await eventually(lambda: len(place.hub.receipts) == 1 + 3 * HELD)
    assert place.opened_when_stored[0] == 1 + HELD  # before the first of them was acknowledged
    assert sorted(each for receipt in place.hub.receipts for each in receipt.stored) == list(
        range(1, 2 + 3 * HELD)
    )


async def test_after_a_while_it_leaves_them_to_others_until_the_database_is_back(place: Place) -> None:
    await place.line.go_down()
    place.send(1)
    await eventually(lambda: place.has_given_up)
    settings = place.resources.settings.broker
    subscription = topics.shared(settings.share_group(), Channel.READINGS)
    async with Broker(settings, "another", [subscription], HELD) as another:

        def is_heard() -> bool:
            place.hub.mention(KNOCK)
            return not another.deliveries.empty()

        await eventually(is_heard)
        place.send(HELD)
        dealt: list[bytes] = []
        async with patience("they are dealt to another"):
            while len(dealt) < HELD:
                payload = (await another.deliveries.get()).payload
                dealt += [payload] if payload != KNOCK else []
        assert place.has_given_up
    place.line.come_back()
    await eventually(lambda: place.is_connected)
    await place.listens()
    place.send(1)
    await eventually(lambda: any(1 + HELD + 1 in receipt.stored for receipt in place.hub.receipts))
