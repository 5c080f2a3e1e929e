"""Bonds: who may read a device that asks for one, and who answers for the person with the passkey."""

from __future__ import annotations

import pytest
from bleak import BleakClient
from bleak.exc import BleakDBusError, BleakGATTProtocolError

from simulators.bluez.daemon import bluetooth_daemon
from simulators.bluez.kernel import Behaviour, Kernel
from simulators.bluez.peripheral import uuid16
from tests.simulators.radio import METER, Listener, a_cuff, a_meter, agent, found

PASSKEY = 264519


async def test_the_right_passkey_bonds_and_the_bond_outlives_bluetoothd(bus_address: str) -> None:
    meter = a_meter(PASSKEY)
    bonds: set[str] = set()
    async with bluetooth_daemon(bus_address, [meter], bonds):
        meter.wake()
        async with (
            agent(bus_address, PASSKEY),
            BleakClient(await found(METER.address), pair=True) as client,
        ):
            await client.start_notify(uuid16(0x2A18), Listener())
        assert (bonds, meter.memory.bonded) == ({METER.address}, True)
    async with bluetooth_daemon(bus_address, [meter], bonds):
        meter.wake()
        async with BleakClient(await found(METER.address)) as client:
            await client.start_notify(uuid16(0x2A18), Listener())


@pytest.mark.parametrize(
    ("entered", "capability"), [(PASSKEY + 1, "KeyboardDisplay"), (PASSKEY, "NoInputNoOutput")]
)
async def test_a_wrong_passkey_or_no_way_to_enter_it_does_not_bond(
    bus_address: str, entered: int, capability: str
) -> None:
    meter = a_meter(PASSKEY)
    bonds: set[str] = set()
    async with bluetooth_daemon(bus_address, [meter], bonds), agent(bus_address, entered, capability):
        meter.wake()
        with pytest.raises(BleakDBusError, match="AuthenticationFailed"):
            await BleakClient(await found(METER.address), pair=True).connect()
        assert (bonds, meter.memory.bonded, meter.link) == (set(), False, None)


async def test_nothing_pairs_without_an_agent(bus_address: str) -> None:
    cuff = a_cuff()
    async with bluetooth_daemon(bus_address, [cuff], set()):
        cuff.wake()
        with pytest.raises(BleakDBusError, match="AuthenticationFailed"):
            await BleakClient(await found(cuff.address), pair=True).connect()


async def test_an_agent_that_left_the_bus_is_not_asked(bus_address: str) -> None:
    cuff = a_cuff()
    async with bluetooth_daemon(bus_address, [cuff], set()):
        async with agent(bus_address, PASSKEY):
            """There was somebody."""
        cuff.wake()
        with pytest.raises(BleakDBusError, match="AuthenticationFailed"):
            await BleakClient(await found(cuff.address), pair=True).connect()


async def test_a_meter_with_a_passkey_shows_strangers_nothing(bus_address: str) -> None:
    meter = a_meter(PASSKEY)
    async with bluetooth_daemon(bus_address, [meter], set(), Kernel(Behaviour(pairing_s=0.1))):
        meter.wake()
        async with BleakClient(await found(METER.address)) as client:
            with pytest.raises(BleakDBusError, match="Not paired"):
                await client.read_gatt_char(uuid16(0x2A2B))
            with pytest.raises(BleakGATTProtocolError, match="Unlikely Error"):
                await client.start_notify(uuid16(0x2A18), Listener())
            assert not client.is_connected
    assert meter.pairings == 1  # BlueZ began it by itself
