"""Who is found, and when."""

from __future__ import annotations

import asyncio
import subprocess

import pytest
from bleak import BleakClient, BleakScanner
from bleak.exc import BleakDBusError, BleakError

from simulators.bluez import device
from simulators.bluez.daemon import bluetooth_daemon
from simulators.bluez.peripheral import uuid16
from tests.servers.patience import eventually, patience
from tests.servers.programs import program
from tests.simulators.radio import CUFF, Connection, Listener, a_cuff, a_meter, found

SOON_S = 0.4
"""For what never comes, however long one waits."""


def scan_and_die(bus_address: str) -> None:
    """Send StartDiscovery and leave the bus, while bluetoothd, which is in this process, waits."""
    sender = program("dbus-send", "dbus")
    adapter = ("--dest=org.bluez", "/org/bluez/hci0", "org.bluez.Adapter1.StartDiscovery")
    subprocess.run([sender, f"--bus={bus_address}", "--type=method_call", *adapter], check=True)


async def test_a_sleeping_device_is_not_found_until_it_wakes(bus_address: str) -> None:
    cuff = a_cuff()
    async with bluetooth_daemon(bus_address, [cuff], set()):
        assert await BleakScanner.discover(timeout=SOON_S) == []
        cuff.wake()
        assert (await found(CUFF.address)).name == CUFF.name


async def test_a_device_is_shown_only_to_who_wants_its_service(bus_address: str) -> None:
    cuff, meter = a_cuff(), a_meter()
    async with bluetooth_daemon(bus_address, [cuff, meter], set()):
        cuff.wake()
        meter.wake()
        seen: list[str | None] = []
        async with BleakScanner(lambda one, _: seen.append(one.name), service_uuids=[uuid16(0x1810)]):
            await eventually(lambda: len(seen) > 2)  # each time the meter was heard too
        assert set(seen) == {CUFF.name}


async def test_a_client_cannot_scan_twice_at_once(bus_address: str) -> None:
    async with bluetooth_daemon(bus_address, [], set()):
        async with BleakScanner():
            with pytest.raises(BleakDBusError, match="InProgress"):
                await BleakScanner().start()
        async with BleakScanner():
            """The adapter is free again."""


async def test_who_starts_a_scan_and_dies_does_not_scan_for_ever(bus_address: str) -> None:
    cuff = a_cuff()
    async with bluetooth_daemon(bus_address, [cuff], set()):
        for _ in range(3):
            scan_and_die(bus_address)
        cuff.wake()
        async with patience("a connection"), BleakClient(await found(CUFF.address)):
            """While anybody scans, nobody is connected to."""


async def test_an_unbonded_device_that_is_silent_is_forgotten(
    bus_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "FORGOTTEN_AFTER_S", 0.2)
    cuff = a_cuff()
    async with bluetooth_daemon(bus_address, [cuff], set()) as adapter:
        cuff.wake()
        seen = await found(CUFF.address)
        cuff.sleep()
        await eventually(lambda: not adapter.knows(CUFF.address))
        with pytest.raises(BleakError, match="not found"):
            await BleakClient(seen).connect()


async def test_connecting_waits_until_the_device_wakes(bus_address: str) -> None:
    cuff = a_cuff()
    async with bluetooth_daemon(bus_address, [cuff], set()) as adapter:
        cuff.wake()
        seen = await found(CUFF.address)
        cuff.sleep()
        async with asyncio.TaskGroup() as group:
            client = BleakClient(seen)
            connecting = group.create_task(client.connect())
            await eventually(lambda: adapter.waits_for(CUFF.address))
            assert not connecting.done()
            cuff.wake()
        assert client.is_connected
        await client.disconnect()


async def test_giving_up_a_connect_leaves_the_device_free(bus_address: str) -> None:
    cuff = a_cuff()
    async with bluetooth_daemon(bus_address, [cuff], set()):
        cuff.wake()
        seen = await found(CUFF.address)
        cuff.sleep()
        with pytest.raises(TimeoutError):
            await BleakClient(seen, timeout=SOON_S).connect()
        cuff.wake()
        async with BleakClient(seen) as client:
            assert client.is_connected


async def test_what_a_device_says_of_itself_can_be_read(bus_address: str) -> None:
    cuff = a_cuff()
    async with bluetooth_daemon(bus_address, [cuff], set()):
        cuff.wake()
        async with BleakClient(await found(CUFF.address)) as client:
            said = [bytes(await client.read_gatt_char(uuid16(number))) for number in (0x2A29, 0x2A24, 0x2A25)]
            assert said == [b"Acme", b"C-1", b"0001"]
            assert await client.read_gatt_char(uuid16(0x2A19)) == bytearray([87])


async def test_a_removed_device_is_gone_until_it_is_found_again(bus_address: str) -> None:
    cuff = a_cuff()
    async with bluetooth_daemon(bus_address, [cuff], set()):
        cuff.wake()
        seen = await found(CUFF.address)
        connection = Connection()
        client = BleakClient(seen, connection)
        await client.connect()
        await client.unpair()
        await connection.lost()
        with pytest.raises(BleakError, match="not found"):
            await BleakClient(seen).connect()
        cuff.wake()
        async with BleakClient(await found(CUFF.address)) as client:
            assert client.is_connected


async def test_a_killed_bluetoothd_takes_the_links_and_comes_back_empty(bus_address: str) -> None:
    cuff = a_cuff()
    async with bluetooth_daemon(bus_address, [cuff], set()):
        cuff.wake()
        client = BleakClient(await found(CUFF.address))
        await client.connect()
        await client.start_notify(uuid16(0x2A35), Listener())
    assert client.is_connected  # nobody tells the client: it has to watch the owner of org.bluez itself
    assert cuff.link is None
    async with bluetooth_daemon(bus_address, [cuff], set()):
        cuff.wake()
        assert (await found(CUFF.address)).name == CUFF.name
