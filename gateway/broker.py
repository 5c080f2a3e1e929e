"""The broker: the only module of the gateway that speaks MQTT. paho's thread here, asyncio there."""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from gateway.settings import BrokerSettings

SESSION_EXPIRY_S = 10
"""Short: in a shared subscription a dead member keeps its share until its session ends.

Shorter than a hub waits for its receipt: what it sends again would go to the dead one too.
"""
KEEPALIVE_S = 30
LONGEST_RECONNECT_S = 30
QOS = 1

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Delivery:
    """One message as the broker delivered it, on one connection."""

    topic: str
    payload: bytes
    correlation: bytes | None
    properties: Mapping[str, str]
    connection: int
    mid: int
    is_retained: bool  # kept by the broker from before: nobody has just said it


def header(correlation: bytes, said: Mapping[str, str]) -> Properties:
    """What a message says beside its payload."""
    properties = Properties(PacketTypes.PUBLISH)
    properties.CorrelationData = correlation
    properties.UserProperty = list(said.items())
    return properties


def _without_delay(_client: Client, _userdata: object, opened: object) -> None:
    """Else a receipt waits until the broker has confirmed the acknowledgement before it (RFC 896)."""
    if isinstance(opened, socket.socket):
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Broker:
    """A connection that comes back by itself. Deliveries wait in `deliveries` until they are acknowledged.

    At most `receive_maximum` messages are delivered without acknowledgement (MQTT 5, section 3.1.2.11.3):
    that bounds the memory while the database is away.
    """

    def __init__(
        self, settings: BrokerSettings, client_id: str, subscriptions: Sequence[str], receive_maximum: int
    ) -> None:
        self.deliveries: asyncio.Queue[Delivery] = asyncio.Queue()
        self._settings = settings
        self._subscriptions = [(topic, QOS) for topic in subscriptions]
        self._loop = asyncio.get_running_loop()
        self._connection = 0
        self._connection_lock = threading.Lock()
        self._client = client = Client(
            CallbackAPIVersion.VERSION2, client_id, protocol=MQTTProtocolVersion.MQTTv5, manual_ack=True
        )
        self._connect_properties = Properties(PacketTypes.CONNECT)
        self._connect_properties.SessionExpiryInterval = SESSION_EXPIRY_S
        self._connect_properties.ReceiveMaximum = receive_maximum
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_socket_open = _without_delay

    async def __aenter__(self) -> Self:
        settings = self._settings
        self._client.username_pw_set(settings.username, settings.password())
        self._client.reconnect_delay_set(1, LONGEST_RECONNECT_S)
        self._client.connect_async(
            settings.host, settings.port, keepalive=KEEPALIVE_S, properties=self._connect_properties
        )
        self._client.loop_start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        leaving = Properties(PacketTypes.DISCONNECT)
        leaving.SessionExpiryInterval = 0  # or the broker keeps the share of one that does not come back
        self._client.disconnect(properties=leaving)
        # A thread that ends by itself just then is gone between paho's look at it and its wait.
        with suppress(AttributeError):
            await asyncio.to_thread(self._client.loop_stop)

    @property
    def is_connected(self) -> bool:
        return self._client.is_connected()

    def acknowledge(self, delivery: Delivery) -> None:
        """Tell the broker that `delivery` is done with.

        One of an older connection is left alone: its packet id may be somebody else's by now, and the broker
        delivers it again anyway. One that was sent at most once has no packet id: to acknowledge it would be
        an error of the protocol, for which the broker ends the connection.
        """
        with self._connection_lock:
            if delivery.mid and delivery.connection == self._connection:
                self._client.ack(delivery.mid, QOS)

    def publish(self, topic: str, payload: bytes, properties: Properties | None = None) -> None:
        """Send a message at least once while this process lives."""
        self._client.publish(topic, payload, QOS, properties=properties)

    def _next_connection(self) -> None:
        with self._connection_lock:
            self._connection += 1

    def _on_connect(
        self,
        client: Client,
        _userdata: object,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            logger.error("broker_refused", extra={"reason": reason.getName()})
            return
        self._next_connection()
        client.subscribe(self._subscriptions)
        logger.info("broker_connected", extra={"connection": self._connection})

    def _on_disconnect(
        self,
        client: Client,
        _userdata: object,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._next_connection()
        client.reconnect_delay_set(1 + secrets.randbelow(3), LONGEST_RECONNECT_S)
        logger.info("broker_disconnected", extra={"reason": reason.getName()})

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        properties = message.properties
        delivery = Delivery(
            topic=message.topic,
            payload=bytes(message.payload),
            correlation=getattr(properties, "CorrelationData", None),
            properties=dict(getattr(properties, "UserProperty", ())),
            connection=self._connection,
            mid=message.mid,
            is_retained=message.retain,
        )
        self._loop.call_soon_threadsafe(self.deliveries.put_nowait, delivery)
