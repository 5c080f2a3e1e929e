"""A hub that somebody else wrote: it has its credentials and its topics, and publishes what it likes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge_agent.wire import topics
from edge_agent.wire.messages import Receipt
from edge_agent.wire.topics import Channel, topic
from tests.servers.broker import Broker
from tests.servers.patience import PATIENCE_S

EPOCH = 7


class StrangeHub:
    """One connection, and the receipts that have come over it."""

    def __init__(self, name: str, password: str) -> None:
        self.readings_topic = topic(name, Channel.READINGS)
        self.receipts: list[Receipt] = []
        self.connections = 0
        self._subscribed = threading.Event()
        self._receipts_topic = topic(name, Channel.RECEIPTS)
        self._client = client = Client(
            CallbackAPIVersion.VERSION2, client_id=name, protocol=MQTTProtocolVersion.MQTTv5
        )
        client.username_pw_set(name, password)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message

    async def connect(self, broker: Broker) -> None:
        """Returns when it will hear of receipts."""
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()
        assert await asyncio.to_thread(self._subscribed.wait, PATIENCE_S)

    def disconnect(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, payload: bytes, *, first: int, count: int = 1) -> None:
        """A message that says of itself to hold `count` readings, from position `first` on."""
        header = [
            (topics.EPOCH_PROPERTY, str(EPOCH)),
            (topics.FIRST_POSITION_PROPERTY, str(first)),
            (topics.COUNT_PROPERTY, str(count)),
        ]
        self.publish_as(payload, uuid4().bytes, header)

    def publish_as(
        self, payload: bytes, correlation: bytes | None, header: Sequence[tuple[str, str]]
    ) -> None:
        """A message that says of itself what it likes."""
        properties = Properties(PacketTypes.PUBLISH)
        if correlation is not None:
            properties.CorrelationData = correlation
        properties.UserProperty = list(header)
        self._client.publish(self.readings_topic, payload, qos=1, properties=properties)

    def mention(self, payload: bytes) -> None:
        """Something without a header that nobody has to acknowledge."""
        self._client.publish(self.readings_topic, payload, qos=0)

    def _on_connect(
        self, client: Client, _data: object, _flags: ConnectFlags, _reason: ReasonCode, _: Properties | None
    ) -> None:
        self.connections += 1
        client.subscribe(self._receipts_topic, qos=1)

    def _on_subscribe(
        self, _client: Client, _data: object, _mid: int, _reasons: list[ReasonCode], _: Properties | None
    ) -> None:
        self._subscribed.set()

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self.receipts.append(Receipt.model_validate_json(message.payload))


@asynccontextmanager
async def strange_hub(name: str, password: str, broker: Broker) -> AsyncIterator[StrangeHub]:
    hub = StrangeHub(name, password)
    try:
        await hub.connect(broker)
        yield hub
    finally:
        hub.disconnect()
