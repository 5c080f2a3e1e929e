"""Bonded devices sleep: for an hour, while an adapter is off, while a hub is killed. Then they wake once."""

from __future__ import annotations

import pytest

from edge_agent.bluetooth import connection
from edge_agent.bluetooth.bluez import open_bluez
from edge_agent.bluetooth.radio import STUCK_AFTER_S
from simulators.bluez.daemon import bluetooth_daemon
from simulators.bluez.kernel import Behaviour, Kernel
from simulators.devices.device import Timing
from tests.edge_agent.bluetooth.conftest import Home
from tests.edge_agent.bluetooth.person import person_at
from tests.edge_agent.bluetooth.things import a_cuff, measure
from tests.servers.patience import eventually

ONCE = Timing(advertises=60.0, waits=60.0, lingers=2.0)
AN_HOUR = Behaviour(connect_s=0.2)  # instead of 40 s: an hour of sleep in a few seconds
GIVEN_UP = 7


async def test_a_device_asleep_for_an_hour_is_in_no_trouble_and_is_read_when_it_wakes(home: Home) -> None:
    cuff, kernel = a_cuff(bonded=True, timing=ONCE), Kernel(AN_HOUR)
    async with bluetooth_daemon(home.bus_address, [cuff], {cuff.address}, kernel), home.hub():
        await eventually(lambda: kernel.connects_given_up >= GIVEN_UP)
        async with person_at(home.environment, "devices") as person:
            assert await person.ended() == 0
            assert "!" not in person.transcript
        assert home.log.count("waits_for") == 1  # one line for the hour
        measure(cuff)
        cuff.wake()
        readings = await home.kept(5)
    assert {reading.device.model for reading in readings} == {"AC-1"}  # not merely overheard
    assert "device_failed" not in home.log
    assert "device_in_trouble" not in home.log


@pytest.mark.parametrize("answer", ["Input/output error", "le-connection-abort-by-local"])
async def test_a_device_that_is_waited_for_is_read_at_once_after_the_adapter_was_off(
    home: Home, answer: str
) -> None:
    cuff, kernel = a_cuff(bonded=True, timing=ONCE), Kernel(Behaviour(power_off_answer=answer))
    async with (
        bluetooth_daemon(home.bus_address, [cuff], {cuff.address}, kernel) as adapter,
        home.hub(),
    ):
        await home.logged("waits_for")
        await eventually(lambda: adapter.connects == 1)
        adapter.power(on=False)
        await home.logged("visit_ended")
        adapter.power(on=True)
        await home.logged("waits_for", times=2)  # and not after the rest of a device that failed
        measure(cuff)
        cuff.wake()
        await home.kept(5)
    assert "device_failed" not in home.log


async def test_the_connect_of_a_hub_that_was_killed_is_no_failure_of_the_device(home: Home) -> None:
    cuff = a_cuff(bonded=True, timing=ONCE)
    async with bluetooth_daemon(home.bus_address, [cuff], {cuff.address}) as adapter:
        async with home.doomed_hub():
            await eventually(lambda: adapter.connects == 1)
        assert adapter.connects == 1  # nobody has told bluetoothd to give it up
        async with home.hub():
            await home.logged("waits_for", times=2)
            measure(cuff)
            cuff.wake()
            readings = await home.kept(5)
    assert {reading.device.model for reading in readings} == {"AC-1"}
    assert "device_failed" not in home.log


@pytest.mark.usefixtures("plain_bleak")
async def test_connects_that_are_refused_at_once_again_and_again_are_told(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connection, "CONNECT_EVERY_S", 0.5)
    cuff, kernel = a_cuff(bonded=True, timing=ONCE), Kernel(Behaviour(refuses_connects=True))
    async with (
        bluetooth_daemon(home.bus_address, [cuff], {cuff.address}, kernel),
        home.hub_here(stuck_after_s=STUCK_AFTER_S),
    ):
        await eventually(lambda: "device_failed" in caplog.text)
        assert kernel.connects_refused >= connection.REFUSED_AT_MOST
    assert "device_in_trouble" not in caplog.text


@pytest.mark.usefixtures("plain_bleak")
async def test_who_waits_for_an_answer_that_does_not_come_is_told_for_how_long(home: Home) -> None:
    cuff = a_cuff(bonded=True)
    async with bluetooth_daemon(home.bus_address, [cuff], {cuff.address}), open_bluez() as bluez:
        (sleeper,) = bluez.objects.devices()
        with pytest.raises(TimeoutError, match=r"nothing came within 0\.1 s"):
            await bluez.call(sleeper.path, "org.bluez.Device1.Connect", within=0.1)
