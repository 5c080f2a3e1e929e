"""The simulated BlueZ where it was seen to be unlike what one expects (docs/bluez.md)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from bleak import BleakScanner
from bleak.exc import BleakDBusError
from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from simulators.bluez.daemon import bluetooth_daemon
from simulators.bluez.kernel import Behaviour, Kernel
from tests.servers.patience import eventually
from tests.simulators.radio import CUFF, METER, a_cuff, a_meter, agent, call, found

DEVICE = "/org/bluez/hci0/dev_C0_26_DF_00_00_01"
METER_PATH = "/org/bluez/hci0/dev_C0_26_DF_00_00_03"
PRIVATE = "5D:66:00:00:00:01"


@asynccontextmanager
async def a_client(bus_address: str) -> AsyncIterator[MessageBus]:
    bus = await MessageBus(bus_address=bus_address).connect()
    try:
        yield bus
    finally:
        bus.disconnect()


async def asked(
    bus: MessageBus, method: str, path: str = DEVICE, signature: str = "", body: Sequence[object] = ()
) -> tuple[str, str]:
    """The name and text of the error that is answered; two empty ones where it is none."""
    interface, _, member = method.rpartition(".")
    reply = await bus.call(
        Message(
            destination="org.bluez",
            path=path,
            interface=f"org.bluez.{interface}",
            member=member,
            signature=signature,
            body=list(body),
        )
    )
    assert reply is not None
    if reply.message_type is not MessageType.ERROR:
        return "", ""
    return str(reply.error_name).rpartition(".")[2], str(reply.body[0])


async def address(bus: MessageBus, path: str) -> str:
    reply = await bus.call(
        Message(
            destination="org.bluez",
            path=path,
            interface="org.freedesktop.DBus.Properties",
            member="Get",
            signature="ss",
            body=["org.bluez.Device1", "Address"],
        )
    )
    assert reply is not None
    value = reply.body[0]
    assert isinstance(value, Variant)
    return str(value.value)


async def test_a_connect_to_a_sleeper_is_given_up(bus_address: str) -> None:
    kernel = Kernel(Behaviour(connect_s=0.1))
    async with (
        bluetooth_daemon(bus_address, [a_cuff()], {CUFF.address}, kernel),
        a_client(bus_address) as bus,
    ):
        assert await asked(bus, "Device1.Connect") == ("Failed", "le-connection-abort-by-local")
    assert kernel.connects_given_up == 1


async def test_a_second_connect_fails_also_where_a_killed_client_asked_for_the_first(
    bus_address: str,
) -> None:
    cuff = a_cuff()
    cuff.bonded = True
    async with bluetooth_daemon(bus_address, [cuff], {CUFF.address}) as adapter:
        async with a_client(bus_address) as killed:
            first = asyncio.create_task(asked(killed, "Device1.Connect"))
            await eventually(lambda: adapter.connects == 1)
            first.cancel()
        async with a_client(bus_address) as bus:
            assert await asked(bus, "Device1.Connect") == ("Failed", "Operation already in progress")
            cuff.wake()
            await eventually(lambda: cuff.link is not None)
            assert await asked(bus, "Device1.Connect") == ("", "")


async def test_disconnect_answers_a_connect_that_waits(bus_address: str) -> None:
    async with (
        bluetooth_daemon(bus_address, [a_cuff()], {CUFF.address}) as adapter,
        a_client(bus_address) as bus,
    ):
        waiting = asyncio.create_task(asked(bus, "Device1.Connect"))
        await eventually(lambda: adapter.connects == 1)
        await asked(bus, "Device1.Disconnect")
        assert await waiting == ("Failed", "Cancelled")


async def test_removing_a_device_leaves_a_connect_that_waits_unanswered(bus_address: str) -> None:
    kernel, bonds = Kernel(Behaviour(connect_s=0.2)), {CUFF.address, METER.address}
    async with (
        bluetooth_daemon(bus_address, [a_cuff(), a_meter()], bonds, kernel) as adapter,
        a_client(bus_address) as bus,
    ):
        waiting = asyncio.create_task(asked(bus, "Device1.Connect"))
        await eventually(lambda: adapter.connects == 1)
        assert await asked(bus, "Adapter1.RemoveDevice", "/org/bluez/hci0", "o", [DEVICE]) == ("", "")
        assert (await asked(bus, "Device1.Connect"))[0] == "UnknownObject"
        assert (await asked(bus, "Device1.Connect", METER_PATH))[0] == "Failed"  # given up, and later
        assert not waiting.done()
        waiting.cancel()
    assert kernel.connects_given_up == 1


@pytest.mark.parametrize("answer", ["Input/output error", "le-connection-abort-by-local"])
async def test_switching_off_answers_a_connect_that_waits(bus_address: str, answer: str) -> None:
    kernel = Kernel(Behaviour(power_off_answer=answer))
    async with (
        bluetooth_daemon(bus_address, [a_cuff()], {CUFF.address}, kernel) as adapter,
        a_client(bus_address) as bus,
    ):
        waiting = asyncio.create_task(asked(bus, "Device1.Connect"))
        await eventually(lambda: adapter.connects == 1)
        adapter.power(on=False)
        assert await waiting == ("Failed", answer)
    assert kernel.power_cuts_with_connects == 1


async def scan_and_be_killed(bus_address: str, kernel: Kernel) -> None:
    """Whoever scans outlives bluetoothd: a client that ends before takes its scan along."""
    async with a_client(bus_address) as bus, bluetooth_daemon(bus_address, [], set(), kernel):
        await call(bus, "/org/bluez/hci0", "org.bluez.Adapter1.StartDiscovery")


async def test_the_scan_of_a_killed_bluetoothd_goes_on_for_a_while(bus_address: str) -> None:
    await scan_and_be_killed(bus_address, kernel := Kernel(Behaviour(scan_s=100.0)))
    async with bluetooth_daemon(bus_address, [], set(), kernel):
        with pytest.raises(BleakDBusError, match="InProgress"):
            await BleakScanner().start()


async def test_then_the_adapter_is_free_and_nobody_has_switched_it_off(bus_address: str) -> None:
    await scan_and_be_killed(bus_address, kernel := Kernel(Behaviour(scan_s=0.0)))
    async with bluetooth_daemon(bus_address, [], set(), kernel), BleakScanner():
        assert kernel.power_cuts == 0


async def test_a_private_address_becomes_the_identity_and_the_path_stays(bus_address: str) -> None:
    cuff, bonds = a_cuff(), set[str]()
    cuff.on_air = PRIVATE
    path = f"/org/bluez/hci0/dev_{PRIVATE.replace(':', '_')}"
    async with bluetooth_daemon(bus_address, [cuff], bonds), a_client(bus_address) as bus:
        cuff.wake()
        seen = await found(PRIVATE)
        assert seen.details["path"] == path
        async with agent(bus_address, entered=0):
            await call(bus, path, "org.bluez.Device1.Pair")
        assert (bonds, await address(bus, path)) == ({CUFF.address}, CUFF.address)
    async with bluetooth_daemon(bus_address, [cuff], bonds), a_client(bus_address) as bus:
        assert await address(bus, DEVICE) == CUFF.address


async def test_a_controller_that_fails_refuses_a_connect_at_once(bus_address: str) -> None:
    kernel = Kernel(Behaviour(refuses_connects=True))
    async with (
        bluetooth_daemon(bus_address, [a_cuff()], {CUFF.address}, kernel) as adapter,
        a_client(bus_address) as bus,
    ):
        assert await asked(bus, "Device1.Connect") == ("Failed", "le-connection-abort-by-local")
        assert (adapter.connects, kernel.connects_refused) == (0, 1)


async def test_a_daemon_that_hangs_answers_nothing_and_keeps_its_name(bus_address: str) -> None:
    async with (
        bluetooth_daemon(bus_address, [a_cuff()], {CUFF.address}) as adapter,
        a_client(bus_address) as bus,
    ):
        adapter.hang()
        waiting = asyncio.create_task(asked(bus, "Device1.Disconnect"))
        names = Message(
            destination="org.freedesktop.DBus",
            path="/org/freedesktop/DBus",
            interface="org.freedesktop.DBus",
            member="NameHasOwner",
            signature="s",
            body=["org.bluez"],
        )
        reply = await bus.call(names)
        assert reply is not None
        assert reply.body == [True]
        assert not waiting.done()
        waiting.cancel()
