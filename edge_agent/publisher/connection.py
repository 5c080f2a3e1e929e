"""One MQTT 5 connection of a hub. The only module that imports paho.

paho runs in a thread of its own; what it has to tell arrives on the event loop, in order, as events.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self, TypeAlias

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

SESSION_S: Final = 3600
"""How long the broker keeps receipts for a hub that is away. What it forgets costs a resend."""
KEEPALIVE_S: Final = 30
ANSWER_WITHIN_S: Final = 10.0
DISCONNECT_WITH_WILL: Final = 0x04


class BrokerAway(Exception):
    """There is no connection to the broker, or no longer. Says why."""


@dataclass(frozen=True)
class Broker:
    """Where the broker is. The hub's name is its username and client id."""

    host: str
    port: int
    password: str = field(repr=False)


@dataclass(frozen=True)
class ConnectionOpened:
    """The broker let the hub in."""

    session_present: bool
    max_packet_bytes: int | None  # the largest it takes, where it says so


@dataclass(frozen=True)
class ConnectionClosed:
    """The broker did not, or the connection ended."""

    reason: str


@dataclass(frozen=True)
class PublishAcknowledged:
    """The broker's PUBACK for the message `publish` numbered."""

    message: int
    reason: str
    refused: bool


@dataclass(frozen=True)
class MessageArrived:
    """A message from the gateway."""

    topic: str
    payload: bytes


Event: TypeAlias = ConnectionOpened | ConnectionClosed | PublishAcknowledged | MessageArrived


class Connection:
    """Open within `async with`, which raises BrokerAway. Leaving it lets the broker publish the will."""

    def __init__(self, hub: str, broker: Broker, will: tuple[str, bytes], news: asyncio.Event) -> None:
        """`news` is set whenever there are events."""
        self._broker = broker
        self._events: deque[Event] = deque()
        self._news = news
        self._loop = asyncio.get_running_loop()
        self._client = client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=hub,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
        )
        client.username_pw_set(hub, broker.password)
        client.will_set(*will, qos=1, retain=True)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_publish = self._on_publish

    async def __aenter__(self) -> Self:
        try:
            await asyncio.to_thread(self._connect)
        except OSError as error:
            raise BrokerAway(f"no connection to {self._broker.host}:{self._broker.port}: {error}") from error
        self._client.loop_start()
        try:
            opened = await self._opened()
        except BaseException:
            await self._close()
            raise
        self.session_present = opened.session_present
        self.max_packet_bytes = opened.max_packet_bytes
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._close()

    def events(self) -> Iterator[Event]:
        """What has happened since the last call."""
        while self._events:
            yield self._events.popleft()

    def subscribe(self, *names: str) -> None:
        self._client.subscribe([(name, 1) for name in names])

    def publish(
        self,
        name: str,
        payload: bytes,
        *,
        retain: bool = False,
        correlation: bytes | None = None,
        user: Mapping[str, str] | None = None,
    ) -> int:
        """Hand over a message (QoS 1); its number, for the Acknowledged that follows."""
        properties = _properties(
            PacketTypes.PUBLISH, CorrelationData=correlation, UserProperty=list((user or {}).items())
        )
        return self._client.publish(name, payload, qos=1, retain=retain, properties=properties).mid

    def _connect(self) -> None:
        self._client.connect(
            self._broker.host,
            self._broker.port,
            keepalive=KEEPALIVE_S,
            clean_start=False,
            properties=_properties(PacketTypes.CONNECT, SessionExpiryInterval=SESSION_S),
        )

    async def _opened(self) -> ConnectionOpened:
        """Wait for the broker's word."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                while not self._events:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise BrokerAway(f"no answer within {ANSWER_WITHIN_S:g} s") from None
        match self._events.popleft():
            case ConnectionOpened() as opened:
                return opened
            case ConnectionClosed(reason):
                raise BrokerAway(reason)
            case other:
                raise BrokerAway(f"the broker began with {type(other).__name__}")

    async def _close(self) -> None:
        # Leaving with the will: whoever watches the status learns it from one place, however a hub goes.
        self._client.disconnect(ReasonCode(PacketTypes.DISCONNECT, identifier=DISCONNECT_WITH_WILL))
        # A thread that ends by itself just then is gone between paho's look at it and its wait.
        with suppress(AttributeError):
            await asyncio.to_thread(self._client.loop_stop)

    def _emit(self, event: Event) -> None:
        self._loop.call_soon_threadsafe(self._take, event)

    def _take(self, event: Event) -> None:
        self._events.append(event)
        self._news.set()

    def _on_connect(
        self,
        _client: Client,
        _data: object,
        flags: ConnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._emit(ConnectionClosed(f"the broker refused this hub: {reason}"))
        else:
            # Maximum Packet Size of CONNACK (MQTT 5.0, 3.2.2.3.6)
            self._emit(
                ConnectionOpened(flags.session_present, getattr(properties, "MaximumPacketSize", None))
            )

    def _on_disconnect(
        self,
        _client: Client,
        _data: object,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _: Properties | None,
    ) -> None:
        self._emit(ConnectionClosed(f"connection lost: {reason}"))

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self._emit(MessageArrived(message.topic, bytes(message.payload)))

    def _on_publish(
        self, _client: Client, _data: object, message: int, reason: ReasonCode, _: Properties
    ) -> None:
        self._emit(PublishAcknowledged(message, str(reason), refused=reason.is_failure))


def _properties(packet: int, **named: object) -> Properties:
    """The untyped property bag of paho, filled with what is not None."""
    properties = Properties(packet)
    for name, value in named.items():
        if value is not None:
            setattr(properties, name, value)
    return properties
