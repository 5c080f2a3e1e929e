"""A bonded cuff tells what it has stored as soon as it is linked, and deletes what BlueZ confirms."""

from __future__ import annotations

import asyncio
import logging

import pytest
from bleak import BleakClient, BleakScanner
from bleak.uuids import normalize_uuid_16

from edge_agent.bluetooth import visits
from edge_agent.bluetooth.bluez import BlueZ, open_bluez
from edge_agent.bluetooth.connection import connect
from edge_agent.bluetooth.radio import STUCK_AFTER_S
from edge_agent.wire.messages import Reading
from edge_agent.wire.vitals import Vital
from simulators.bluez import gatt
from simulators.bluez.daemon import bluetooth_daemon
from simulators.devices.cuff import Cuff
from simulators.devices.device import Identity, Timing
from simulators.devices.memory import Outgoing
from tests.edge_agent.bluetooth.conftest import Home
from tests.edge_agent.bluetooth.things import CUFF, QUICK, STORED, a_cuff, measure, nobody
from tests.servers.patience import PATIENCE_S, eventually

HASTY = Timing(advertises=60.0, waits=10.0, lingers=0.0)
OTHER = Identity("C0:26:DF:00:00:02", "Other Cuff", "Acme", "AC-2", "0002")


def systolic(readings: list[Reading]) -> list[float]:
    return [reading.values[Vital.SYSTOLIC_BP].value for reading in readings]


class Lasting(Cuff):
    """While it `stays` it does not end the connection when it has told everything."""

    stays = False

    async def serve(self) -> None:
        await super().serve()
        if self.stays:
            await asyncio.Event().wait()


async def read_once(home: Home, cuff: Cuff, *, times: int = 1) -> None:
    """So that the cuff knows that it is listened to, and goes back to sleep."""
    measure(cuff, [111])
    cuff.wake()
    await home.kept(times)
    await home.logged("device_read", times=times)


@pytest.mark.usefixtures("plain_bleak")
async def test_the_problem_bleak_hears_none_of_five(home: Home) -> None:
    cuff, heard = a_cuff(bonded=True), list[bytes]()

    async def read_by_bleak() -> None:
        cuff.wake()
        found = await BleakScanner.find_device_by_address(cuff.address)
        assert found is not None
        async with BleakClient(found) as client:
            await client.start_notify(normalize_uuid_16(0x2A35), lambda _, value: heard.append(bytes(value)))
            await eventually(lambda: cuff.link is None)

    async with bluetooth_daemon(home.bus_address, [cuff], {cuff.address}):
        measure(cuff, [111])
        await read_by_bleak()
        assert len(heard) == 1
        measure(cuff)
        # Its descriptor stays set while it sleeps, as a bonded device keeps it.
        await read_by_bleak()
        assert cuff.memory.waiting == []
    assert len(heard) < 1 + len(STORED)


async def test_the_hub_hears_all_five(home: Home) -> None:
    cuff = a_cuff(bonded=True)
    async with bluetooth_daemon(home.bus_address, [cuff], {cuff.address}), home.hub():
        await read_once(home, cuff)
        measure(cuff)
        cuff.wake()
        readings = await home.kept(6)
    assert systolic(readings)[1:] == list(STORED)
    assert readings[5].device.model == "AC-1"


async def test_a_hub_that_was_killed_meanwhile_hears_all_five(home: Home) -> None:
    cuff = a_cuff(bonded=True)
    async with bluetooth_daemon(home.bus_address, [cuff], {cuff.address}):
        async with home.doomed_hub():
            await read_once(home, cuff)
        assert cuff.subscribed  # it will tell whoever connects
        measure(cuff)
        async with home.hub():
            await home.logged("waits_for")
            cuff.wake()
            readings = await home.kept(6)
    assert systolic(readings)[1:] == list(STORED)


async def test_what_a_hub_heard_that_was_killed_before_it_could_ask_for_the_clock_is_not_lost(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    cuff = Lasting(CUFF, Outgoing(bonded=True), remembered=nobody, timing=QUICK)
    async with bluetooth_daemon(home.bus_address, [cuff], {cuff.address}):
        async with home.doomed_hub():
            await read_once(home, cuff)
            measure(cuff, [130])
            with monkeypatch.context() as slow:
                slow.setattr(gatt, "ROUND_TRIP_S", 2 * PATIENCE_S)  # what is asked has no answer
                cuff.stays = True
                cuff.wake()
                await eventually(lambda: home.held)
        assert len(home.readings) == 1
        async with home.hub():
            readings = await home.kept(2)
    assert systolic(readings)[1:] == [130]
    assert readings[1].device.model == "AC-1"  # as it was known from before


async def test_who_waits_for_a_sleeper_reads_the_others_meanwhile(home: Home) -> None:
    sleeper, other = a_cuff(bonded=True), a_cuff(OTHER)
    async with bluetooth_daemon(home.bus_address, [sleeper, other], {sleeper.address}), home.hub():
        await home.logged("waits_for")
        measure(other)
        other.wake()
        await home.kept(5)
        measure(sleeper)
        sleeper.wake()
        readings = await home.kept(10)
    assert [reading.device.identifier for reading in readings] == 5 * [OTHER.address] + 5 * [CUFF.address]
    assert home.log.count("device_failed") == 0


@pytest.mark.usefixtures("plain_bleak")
async def test_what_a_cuff_tells_to_another_program_is_overheard(home: Home) -> None:
    cuff, overheard = a_cuff(bonded=True), list[tuple[str, int]]()
    async with (
        bluetooth_daemon(home.bus_address, [cuff], {cuff.address}),
        open_bluez(lambda remote, number, _: overheard.append((remote.address, number))) as bluez,
    ):
        for stored in ([111], list(STORED)):  # it is shown after its first connection
            measure(cuff, stored)
            cuff.wake()
            found = await BleakScanner.find_device_by_address(cuff.address)
            assert found is not None
            async with BleakClient(found):
                await bluez.subscribe(found.details["path"])
                await eventually(lambda: cuff.link is None)
    assert overheard == [(cuff.address, 0x2A35)] * 6


@pytest.mark.usefixtures("plain_bleak")
async def test_a_cuff_that_goes_before_it_can_be_asked_anything_was_read(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cuff = a_cuff(bonded=True, timing=HASTY)

    async def connect_slowly(bluez: BlueZ, device: str, within: float | None) -> None:
        await connect(bluez, device, within)
        await eventually(lambda: cuff.link is None)

    caplog.set_level(logging.INFO)
    async with (
        bluetooth_daemon(home.bus_address, [cuff], {cuff.address}) as adapter,
        home.hub_here(stuck_after_s=STUCK_AFTER_S),
    ):
        await eventually(lambda: adapter.connects == 1)
        measure(cuff, [111])
        cuff.wake()
        await eventually(lambda: "device_read" in caplog.text)
        monkeypatch.setattr(visits, "connect", connect_slowly)
        await eventually(lambda: adapter.connects == 1)
        measure(cuff)
        cuff.wake()
        await home.kept(6)
        await eventually(lambda: caplog.text.count("device_read") == 2)
    assert "device_failed" not in caplog.text
