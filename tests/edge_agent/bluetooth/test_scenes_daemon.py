"""What happens to bluetoothd and to the adapter, and that nobody has to come for it."""

from __future__ import annotations

import asyncio
from datetime import UTC

import pytest
from bleak import BleakClient, BleakScanner
from bleak.exc import BleakDBusError

from edge_agent.bluetooth import Collector, Hub, RadioLock, collector, radio
from edge_agent.bluetooth.bluez import open_bluez
from edge_agent.bluetooth.objects import short
from edge_agent.hub_clock import TrustedClock
from edge_agent.outbox import Outbox
from simulators.bluez.daemon import bluetooth_daemon
from simulators.bluez.kernel import Behaviour, Kernel
from simulators.devices.device import Identity, Timing
from tests.edge_agent.bluetooth.conftest import Home
from tests.edge_agent.bluetooth.things import PASSKEY, STORED, a_cuff, a_meter, measure
from tests.edge_agent.conftest import HUB
from tests.servers.patience import PATIENCE_S, eventually, patience

AFTER_A_KILL = Behaviour(scan_s=10 * PATIENCE_S)  # however slow the hub is, it finds the scan going on
OTHER = Identity("C0:26:DF:00:00:02", "Other Cuff", "Acme", "AC-2", "0002")
PATIENT = Timing(advertises=60.0, waits=60.0, lingers=10.0)


@pytest.mark.usefixtures("plain_bleak")
async def test_the_problem_a_killed_bluetoothd_is_noticed_by_nobody(home: Home) -> None:
    cuff, told = a_cuff(timing=PATIENT), list[BleakClient]()
    async with bluetooth_daemon(home.bus_address, [cuff], set()):
        cuff.wake()
        found = await BleakScanner.find_device_by_address(cuff.address)
        assert found is not None
        client = BleakClient(found, told.append)
        await client.connect()
    assert cuff.link is None
    assert (client.is_connected, told) == (True, [])


async def test_the_hub_reads_on_after_bluetoothd_was_killed(home: Home) -> None:
    cuff = a_cuff(timing=PATIENT)
    measure(cuff, STORED[:2])
    async with home.hub():
        async with bluetooth_daemon(home.bus_address, [cuff], set()):
            cuff.wake()
            await home.kept(2)
        await home.logged("bluetoothd has gone")
        measure(cuff, STORED[2:])
        async with bluetooth_daemon(home.bus_address, [cuff], set()):
            cuff.wake()
            await home.kept(5)


@pytest.mark.usefixtures("plain_bleak")
async def test_the_problem_a_stuck_adapter_stays_stuck(home: Home) -> None:
    async with bluetooth_daemon(home.bus_address, [], set()) as adapter:
        adapter.stick()
        for _ in range(3):
            with pytest.raises(BleakDBusError, match="InProgress"):
                await BleakScanner().start()


@pytest.mark.usefixtures("plain_bleak")
async def test_the_hub_switches_a_stuck_adapter_off_and_on_while_it_waits_for_nobody(home: Home) -> None:
    sleeper, other, kernel = a_cuff(bonded=True), a_cuff(OTHER), Kernel()
    measure(other)
    async with bluetooth_daemon(home.bus_address, [sleeper, other], {sleeper.address}, kernel) as adapter:
        adapter.stick()
        async with home.hub_here(stuck_after_s=1.0):
            await eventually(lambda: adapter.connects == 1)
            other.wake()
            await home.kept(5)
            measure(sleeper)
            sleeper.wake()
            await home.kept(10)
    assert (kernel.power_cuts, kernel.power_cuts_with_connects) == (1, 0)


@pytest.mark.usefixtures("plain_bleak")
async def test_the_hub_switches_on_an_adapter_that_was_switched_off(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    cuff = a_cuff()
    measure(cuff)
    async with bluetooth_daemon(home.bus_address, [cuff], set()) as adapter:
        async with home.hub_here(stuck_after_s=1.0):
            adapter.power(on=False)
            await eventually(lambda: "no_scan" in caplog.text)
            cuff.wake()
            await home.kept(5)
        await eventually(lambda: cuff.link is None)


@pytest.mark.usefixtures("plain_bleak")
async def test_a_subscription_that_was_interrupted_is_asked_for_again(home: Home) -> None:
    meter, bonds, kernel = a_meter(PASSKEY), set[str](), Kernel(Behaviour(pairing_s=10 * PATIENCE_S))
    async with bluetooth_daemon(home.bus_address, [meter], bonds, kernel), open_bluez() as bluez:
        meter.wake()
        found = await BleakScanner.find_device_by_address(meter.address, timeout=PATIENCE_S)
        assert found is not None
        path = str(found.details["path"])
        await bluez.call(path, "org.bluez.Device1.Connect")
        subscribing = asyncio.create_task(bluez.subscribe(path))
        await eventually(lambda: meter.pairings == 1)  # and no answer yet
        subscribing.cancel()
        await asyncio.wait({subscribing})
        bonds.add(meter.address)
        meter.bonded = True
        await bluez.disconnect(path)
        tells = await bluez.subscribe(path)
        meter.wake()
        await bluez.call(path, "org.bluez.Device1.Connect")
        assert {short(each.uuid) for each in meter.subscribed} == set(tells)


@pytest.mark.usefixtures("plain_bleak")
async def test_a_hub_beside_a_bluetoothd_that_hangs_can_be_stopped(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(radio, "ANSWER_WITHIN_S", 10 * PATIENCE_S)
    stays = Timing(advertises=60.0, waits=10 * PATIENCE_S, lingers=10 * PATIENCE_S)
    read, sleeper = a_cuff(OTHER, timing=stays), a_cuff(bonded=True)
    measure(read)
    async with bluetooth_daemon(home.bus_address, [read, sleeper], {sleeper.address}) as adapter:
        async with patience("the end of the hub"), home.hub_here(stuck_after_s=radio.STUCK_AFTER_S):
            await eventually(lambda: adapter.connects == 1)
            read.wake()
            await home.kept(5)
            await eventually(lambda: adapter.is_discovering)
            adapter.hang()
        assert read.link is not None


async def test_a_bluetoothd_that_is_back_at_once_needs_no_switching_off(home: Home) -> None:
    sleeper, other = a_cuff(bonded=True, timing=PATIENT), a_cuff(OTHER, timing=PATIENT)
    kernel, bonds = Kernel(AFTER_A_KILL), {sleeper.address}
    async with home.hub():
        async with bluetooth_daemon(home.bus_address, [sleeper, other], bonds, kernel) as adapter:
            await eventually(lambda: adapter.connects == 1 and adapter.is_discovering)
        async with bluetooth_daemon(home.bus_address, [sleeper, other], bonds, kernel):
            await home.logged("Operation already in progress", times=4)
            kernel.end_scan()
            measure(other)
            other.wake()
            await home.kept(5)
            measure(sleeper)
            sleeper.wake()
            await home.kept(10)
    assert kernel.power_cuts == 0
    assert "device_failed" not in home.log


@pytest.mark.usefixtures("plain_bleak")
async def test_the_problem_nobody_is_connected_to_while_a_scanner_runs(home: Home) -> None:
    cuff = a_cuff()
    async with bluetooth_daemon(home.bus_address, [cuff], set()) as adapter:
        cuff.wake()
        found = await BleakScanner.find_device_by_address(cuff.address)
        assert found is not None
        client, heard = BleakClient(found, timeout=PATIENCE_S), list[str]()
        async with BleakScanner(lambda device, _: heard.append(device.address)):
            connecting = asyncio.create_task(client.connect())
            await eventually(lambda: adapter.waits_for(cuff.address))
            before = len(heard)
            await eventually(lambda: len(heard) > before + 3)
            assert not connecting.done()
        await connecting
        assert client.is_connected
        await client.disconnect()


@pytest.mark.usefixtures("plain_bleak")
async def test_a_paired_device_that_wakes_while_the_hub_looks_for_others_is_read(
    home: Home, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collector, "SCAN_FOR_S", 10 * PATIENCE_S)  # it would have to wait for so long
    cuff = a_cuff(bonded=True)
    hub = Hub(HUB, UTC, TrustedClock())
    async with bluetooth_daemon(home.bus_address, [cuff], {cuff.address}) as adapter:
        reading = asyncio.create_task(Collector(hub, outbox, RadioLock(home.folder)).run(lambda: None))
        await eventually(lambda: adapter.is_discovering)
        measure(cuff)
        cuff.wake()
        await eventually(lambda: outbox.counts().assigned == len(STORED))
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
