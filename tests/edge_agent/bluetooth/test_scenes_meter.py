"""A hundred records of a meter, and the answer that ends them, on two ways."""

from __future__ import annotations

import asyncio

import pytest
from bleak import BleakClient, BleakScanner
from bleak.args.bluez import BlueZNotifyArgs
from bleak.uuids import normalize_uuid_16

from edge_agent.gatt.record_access import report_all
from simulators.bluez import gatt
from simulators.bluez.daemon import bluetooth_daemon
from simulators.devices.glucometer import Glucometer
from simulators.devices.values import Glucose
from tests.edge_agent.bluetooth.conftest import Home
from tests.edge_agent.bluetooth.things import a_meter, minutes_ago
from tests.servers.patience import PATIENCE_S, eventually, patience

RECORDS = 100


def a_full_meter() -> Glucometer:
    meter = a_meter()
    for minutes in range(RECORDS, 0, -1):
        meter.measure(Glucose(100), minutes_ago(minutes))
    return meter


@pytest.mark.usefixtures("plain_bleak")
@pytest.mark.parametrize("use_start_notify", [False, True])
async def test_the_problem_through_a_socket_the_end_overtakes_the_records(
    home: Home, monkeypatch: pytest.MonkeyPatch, *, use_start_notify: bool
) -> None:
    monkeypatch.setattr(
        gatt, "SOCKET_LAG_S", 2 * PATIENCE_S
    )  # as late as it likes: nothing orders the two ways
    meter, records, ended = a_full_meter(), list[bytes](), asyncio.Event()
    how: BlueZNotifyArgs = {"use_start_notify": use_start_notify}
    async with bluetooth_daemon(home.bus_address, [meter], set()):
        meter.wake()
        found = await BleakScanner.find_device_by_address(meter.address)
        assert found is not None
        async with BleakClient(found) as client:
            await client.start_notify(
                normalize_uuid_16(0x2A18), lambda _, value: records.append(bytes(value)), bluez=how
            )
            await client.start_notify(normalize_uuid_16(0x2A52), lambda *_: ended.set(), bluez=how)
            await client.write_gatt_char(normalize_uuid_16(0x2A52), report_all(), response=True)
            async with patience("the end of the records"):
                await ended.wait()
            assert len(records) == (RECORDS if use_start_notify else 0)


async def test_the_hub_has_all_records_when_the_meter_says_so(home: Home) -> None:
    meter = a_full_meter()
    async with bluetooth_daemon(home.bus_address, [meter], set()), home.hub():
        meter.wake()
        await home.logged("device_read")
        assert [reading.sequence for reading in home.readings] == list(range(1, RECORDS + 1))
        await eventually(lambda: meter.link is None)
