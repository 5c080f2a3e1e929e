"""Devices that do not trust the hub, or no longer: trying again does not help, a person has to."""

from __future__ import annotations

import asyncio

import pytest
from bleak import BleakClient, BleakScanner

from simulators.bluez.daemon import bluetooth_daemon
from simulators.bluez.kernel import Behaviour, Kernel
from simulators.bluez.peripheral import Link
from simulators.devices.cuff import Cuff
from simulators.devices.memory import Outgoing
from simulators.devices.values import Glucose
from tests.edge_agent.bluetooth.conftest import Home
from tests.edge_agent.bluetooth.person import person_at
from tests.edge_agent.bluetooth.things import (
    CUFF,
    METER,
    PASSKEY,
    QUICK,
    a_cuff,
    a_meter,
    measure,
    minutes_ago,
    nobody,
    pressed_until_paired,
)
from tests.servers.patience import PATIENCE_S, eventually

BRIEF = Behaviour(pairing_s=0.2)


class Counted(Cuff):
    """It counts how often somebody has connected, and each time can be connected to again."""

    links = 0

    def linked(self, link: Link) -> None:
        super().linked(link)
        self.links += 1

    def has_more(self) -> bool:
        return True


@pytest.mark.usefixtures("plain_bleak")
async def test_the_problem_with_a_lost_bond_bleak_tries_without_end(home: Home) -> None:
    cuff = Counted(CUFF, Outgoing(bonded=False), remembered=nobody, timing=QUICK)  # it was reset
    async with bluetooth_daemon(home.bus_address, [cuff], {cuff.address}):
        cuff.wake()
        found = await BleakScanner.find_device_by_address(cuff.address)
        assert found is not None
        connecting = asyncio.create_task(BleakClient(found, timeout=PATIENCE_S).connect())
        await eventually(lambda: cuff.links > 3)
        assert not connecting.done()  # and no word of why
        connecting.cancel()
        await asyncio.gather(connecting, return_exceptions=True)


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
        async with (
            person_at(home.environment, "pair", "--address", cuff.address) as person,
            pressed_until_paired(cuff, bonds),
        ):
            await person.sees("Done")
        cuff.wake()
        await home.kept(5)
        async with person_at(home.environment, "devices") as person:
            await person.sees("last there just now")
            assert "!" not in person.transcript


async def test_the_hub_says_that_a_meter_wants_to_be_paired(home: Home) -> None:
    meter = a_meter(PASSKEY)
    meter.measure(Glucose(104), minutes_ago(1))
    async with bluetooth_daemon(home.bus_address, [meter], set(), Kernel(BRIEF)), home.hub():
        meter.wake()
        await home.logged("device_failed")
        meter.wake()
        await home.logged("trouble=not-paired")
        async with person_at(home.environment, "devices") as person:
            await person.sees(METER.address)
            await person.sees("pair it with `hearthbeat-hub pair`")
    assert home.readings == []


async def test_a_stranger_whose_link_drops_while_it_is_subscribed_to_is_in_no_trouble(home: Home) -> None:
    cuff, kernel = a_cuff(), Kernel(Behaviour(drops_at_subscription=1))
    measure(cuff)
    async with bluetooth_daemon(home.bus_address, [cuff], set(), kernel), home.hub():
        cuff.wake()
        await home.kept(5)
    assert home.log.count("device_failed") == 1
    assert "device_in_trouble" not in home.log
