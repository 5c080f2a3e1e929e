"""Devices that do not trust the hub, or no longer: trying again does not help, a person has to."""

from __future__ import annotations

import pytest
from bleak import BleakClient, BleakScanner

from simulators.bluez.daemon import bluetooth_daemon
from simulators.bluez.kernel import Behaviour, Kernel
from simulators.devices.values import Glucose
from tests.edge_agent.bluetooth.conftest import Home
from tests.edge_agent.bluetooth.person import person_at
from tests.edge_agent.bluetooth.things import METER, PASSKEY, a_cuff, a_meter, measure, minutes_ago

BRIEF = Behaviour(pairing_s=0.2)


@pytest.mark.usefixtures("plain_bleak")
async def test_the_problem_with_a_lost_bond_bleak_tries_without_end(home: Home) -> None:
    cuff = a_cuff(bonded=False)  # it was reset
    async with bluetooth_daemon(home.bus_address, [cuff], {cuff.address}):
        cuff.wake()
        found = await BleakScanner.find_device_by_address(cuff.address)
        assert found is not None
        with pytest.raises(TimeoutError):  # without a word of why
            await BleakClient(found, timeout=2).connect()


async def test_the_hub_says_that_the_bond_is_lost_and_what_to_do(home: Home) -> None:
    cuff = a_cuff(bonded=False)
    cuff.memory.waiting = []
    bonds = {cuff.address}
    async with bluetooth_daemon(home.bus_address, [cuff], bonds), home.hub():
        measure(cuff)
        cuff.wake()
        await home.logged("trouble=bond-lost")
        async with person_at(home.environment, "devices") as person:
            await person.sees("no longer trust each other")
            await person.sees(f"hearthbeat-hub forget {cuff.address}")
        async with person_at(home.environment, "forget", cuff.address, "--yes") as person:
            assert await person.ended() == 0
        assert bonds == set()
        async with person_at(home.environment, "pair", "--address", cuff.address) as person:
            await person.sees("Looking for it")
            cuff.wake()
            await person.sees("Done")
        cuff.wake()
        await home.kept(5, seconds=30)
        async with person_at(home.environment, "devices") as person:
            await person.sees("last there just now")
            assert "!" not in person.transcript


async def test_the_hub_says_that_a_meter_wants_to_be_paired(home: Home) -> None:
    meter = a_meter(PASSKEY)
    meter.measure(Glucose(104), minutes_ago(1))
    async with bluetooth_daemon(home.bus_address, [meter], set(), Kernel(BRIEF)), home.hub():
        meter.wake()
        await home.logged("trouble=not-paired")
        async with person_at(home.environment, "devices") as person:
            await person.sees(METER.address)
            await person.sees("pair it with `hearthbeat-hub pair`")
    assert home.readings == []
