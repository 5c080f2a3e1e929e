"""Devices in radio range of this process, to be read with unmodified bleak."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from simulators.devices.cuff import Cuff
from simulators.devices.device import Identity, Timing
from simulators.devices.glucometer import Glucometer
from simulators.devices.memory import Outgoing, Records
from tests.servers.patience import PATIENCE_S, patience

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
QUICK = Timing(advertises=20.0, waits=10.0, lingers=0.2)
CUFF = Identity("C0:26:DF:00:00:01", "Cuff", "Acme", "C-1", "0001")
METER = Identity("C0:26:DF:00:00:03", "Meter", "Acme", "G-1", "0003")


def nobody() -> None:
    """Nobody keeps what the device remembers."""


def a_cuff(timing: Timing = QUICK) -> Cuff:
    return Cuff(CUFF, Outgoing(), remembered=nobody, timing=timing)


def a_meter(passkey: int | None = None) -> Glucometer:
    return Glucometer(METER, Records(), remembered=nobody, timing=QUICK, passkey=passkey)


async def found(address: str) -> BLEDevice:
    device = await BleakScanner.find_device_by_address(address, timeout=PATIENCE_S)
    assert device is not None
    return device


class Listener:
    """Collects what a characteristic sends."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self._received_more = asyncio.Event()

    def __call__(self, _sender: object, value: bytearray) -> None:
        self.received.append(bytes(value))
        self._received_more.set()

    async def next(self) -> bytes:
        """The newest value, as soon as one has come since the last call."""
        async with patience("a value"):
            await self._received_more.wait()
        self._received_more.clear()
        return self.received[-1]


class Connection:
    """Hears from a client that its device has gone."""

    def __init__(self) -> None:
        self._lost = asyncio.Event()

    def __call__(self, _client: BleakClient) -> None:
        self._lost.set()

    async def lost(self) -> None:
        async with patience("the end of the connection"):
            await self._lost.wait()


async def call(
    bus: MessageBus, path: str, method: str, signature: str = "", body: Sequence[object] = ()
) -> None:
    """Call a method of bluetoothd, or of the bus itself, by its full name."""
    interface, _, member = method.rpartition(".")
    reply = await bus.call(
        Message(
            destination="org.bluez" if interface.startswith("org.bluez") else interface,
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=list(body),
        )
    )
    assert reply is not None
    assert reply.message_type is MessageType.METHOD_RETURN, reply.body


@asynccontextmanager
async def agent(bus_address: str, entered: int, capability: str = "KeyboardDisplay") -> AsyncIterator[None]:
    """Somebody at the hub who enters a passkey when asked."""
    path = "/test/agent"

    def answer(message: Message) -> Message | None:
        if message.member != "RequestPasskey":
            return None
        return Message.new_method_return(message, "u", [entered])

    bus = await MessageBus(bus_address=bus_address).connect()
    bus.add_message_handler(answer)
    try:
        manager = "org.bluez.AgentManager1"
        await call(bus, "/org/bluez", f"{manager}.RegisterAgent", "os", [path, capability])
        await call(bus, "/org/bluez", f"{manager}.RequestDefaultAgent", "o", [path])
        yield
    finally:
        bus.disconnect()
