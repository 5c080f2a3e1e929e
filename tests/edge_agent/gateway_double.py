"""A gateway's end of the wire: takes batches, and sends receipts and commands when a test says so."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from uuid import UUID

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge_agent.wire import topics
from edge_agent.wire.messages import Batch, BatchHeader, HubStatus, Receipt
from edge_agent.wire.topics import Channel
from tests.servers.patience import PATIENCE_S, eventually


@dataclass(frozen=True)
class Delivery:
    """A batch as it came."""

    channel: Channel
    header: BatchHeader
    batch: Batch

    @property
    def positions(self) -> range:
        return range(self.header.first_position, self.header.last_position + 1)

    def all_stored(self) -> Receipt:
        return Receipt(batch_id=self.header.batch_id, epoch=self.header.epoch, stored=tuple(self.positions))


class GatewayDouble:
    """`answering`: send a receipt that says "stored" for every batch at once."""

    def __init__(self, host: str, port: int, user: str, password: str) -> None:
        self.answering = True
        self.deliveries: list[Delivery] = []
        self.statuses: list[HubStatus] = []
        self._subscribed = threading.Event()
        self._address = (host, port)
        self._client = client = Client(
            CallbackAPIVersion.VERSION2, client_id="gateway-double", protocol=MQTTProtocolVersion.MQTTv5
        )
        client.username_pw_set(user, password)
        client.reconnect_delay_set(1, 1)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message

    def __enter__(self) -> Self:
        self._client.connect(*self._address)
        self._client.loop_start()
        assert self._subscribed.wait(PATIENCE_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def send(self, hub: str, message: str, channel: Channel = Channel.RECEIPTS) -> None:
        self._client.publish(topics.topic(hub, channel), message, qos=1)

    async def delivered(self, count: int) -> list[Delivery]:
        """The first `count` deliveries, once they are here."""
        await eventually(lambda: len(self.deliveries) >= count)
        return self.deliveries[:count]

    def _on_connect(
        self, client: Client, _data: object, _flags: ConnectFlags, _reason: ReasonCode, _: Properties | None
    ) -> None:
        channels = (Channel.READINGS, Channel.BACKLOG, Channel.STATUS)
        client.subscribe([(topics.every_hub(channel), 1) for channel in channels])

    def _on_subscribe(
        self, _client: Client, _data: object, _mid: int, _reasons: list[ReasonCode], _: Properties | None
    ) -> None:
        self._subscribed.set()

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        hub, channel = topics.parse(message.topic)
        if channel is Channel.STATUS:
            self.statuses.append(HubStatus.model_validate_json(message.payload))
            return
        properties = vars(message.properties)  # untyped
        said = dict(properties["UserProperty"])
        header = BatchHeader(
            batch_id=UUID(bytes=properties["CorrelationData"]),
            epoch=int(said[topics.EPOCH_PROPERTY]),
            first_position=int(said[topics.FIRST_POSITION_PROPERTY]),
            count=int(said[topics.COUNT_PROPERTY]),
        )
        delivery = Delivery(channel, header, Batch.model_validate(json.loads(message.payload)))
        self.deliveries.append(delivery)
        if self.answering:
            self.send(hub, delivery.all_stored().model_dump_json())
