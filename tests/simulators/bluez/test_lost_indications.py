"""A bonded cuff indicates as soon as it is linked: BlueZ confirms, and only who already listens hears."""

from __future__ import annotations

from bleak import BleakClient
from dbus_fast import Message
from dbus_fast.aio import MessageBus

from simulators.bluez.daemon import bluetooth_daemon
from simulators.bluez.peripheral import uuid16
from simulators.devices.cuff import Cuff
from simulators.devices.values import BloodPressure
from tests.simulators.radio import NOON, Connection, Listener, a_cuff, agent, call, found

PRESSURE = uuid16(0x2A35)
CHANGES = "type='signal',sender='org.bluez',member='PropertiesChanged'"


class Watcher:
    """A client that subscribes once and stays on the bus."""

    def __init__(self, bus: MessageBus) -> None:
        self.heard: list[bytes] = []
        self._bus = bus
        bus.add_message_handler(self._listen)

    async def subscribe(self, path: str) -> None:
        bus = "org.freedesktop.DBus"
        await call(self._bus, "/org/freedesktop/DBus", f"{bus}.AddMatch", "s", [CHANGES])
        await call(self._bus, path, "org.bluez.GattCharacteristic1.StartNotify")

    def _listen(self, message: Message) -> None:
        if message.member == "PropertiesChanged" and "Value" in message.body[1]:
            self.heard.append(bytes(message.body[1]["Value"].value))


async def bond_and_subscribe(bus_address: str, cuff: Cuff, watcher: Watcher | None = None) -> None:
    cuff.wake()
    connection = Connection()
    async with (
        agent(bus_address, entered=0),
        BleakClient(await found(cuff.address), connection, pair=True) as client,
    ):
        if watcher is not None:
            characteristic = client.services.get_characteristic(PRESSURE)
            assert characteristic is not None
            await watcher.subscribe(characteristic.obj[0])
        await client.start_notify(PRESSURE, Listener())
        await connection.lost()


async def measure_and_read(cuff: Cuff) -> list[bytes]:
    """What a client gets of a new measurement that subscribes as soon as it is connected."""
    cuff.measure(BloodPressure(138, 86, 71), NOON)
    cuff.wake()
    listener, connection = Listener(), Connection()
    async with BleakClient(await found(cuff.address), connection) as client:
        await client.start_notify(PRESSURE, listener)
        await connection.lost()
    assert cuff.memory.waiting == []  # confirmed, and so deleted
    return listener.received


async def test_it_is_lost_if_nobody_listens_yet(bus_address: str) -> None:
    cuff = a_cuff()
    async with bluetooth_daemon(bus_address, [cuff], set()):
        await bond_and_subscribe(bus_address, cuff)
        assert await measure_and_read(cuff) == []


async def test_a_client_that_stays_subscribed_hears_it(bus_address: str) -> None:
    cuff = a_cuff()
    bus = await MessageBus(bus_address=bus_address).connect()
    try:
        watcher = Watcher(bus)
        async with bluetooth_daemon(bus_address, [cuff], set()):
            await bond_and_subscribe(bus_address, cuff, watcher)
            assert await measure_and_read(cuff) == []
        assert len(watcher.heard) == 1
    finally:
        bus.disconnect()
