"""Devices as they are: standard ones without an entry in the table, and those that need theirs."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from bleak import BleakClient, BleakScanner
from bleak.exc import BleakError
from bleak.uuids import normalize_uuid_16

from edge_agent.gatt.characteristics import decode
from edge_agent.gatt.measurement import DecodeError
from edge_agent.wire.codes import ReadingKind
from edge_agent.wire.vitals import Vital
from simulators.bluez.daemon import bluetooth_daemon
from simulators.bluez.peripheral import AttError, AttStatus, Characteristic, Service, uuid16
from simulators.devices import encoders
from simulators.devices.cuff import Cuff
from simulators.devices.device import Identity, Timing
from simulators.devices.indicating_device import IndicatingDevice
from simulators.devices.memory import Outgoing
from simulators.devices.scale import Scale
from simulators.devices.values import BloodPressure, Weight
from tests.edge_agent.bluetooth.conftest import Home
from tests.edge_agent.bluetooth.things import QUICK, STORED, a_cuff, measure, minutes_ago, nobody
from tests.servers.patience import patience

BM85 = Identity("C0:26:DF:00:00:11", "BM85", "Beurer", "BM85", "0011")
BM85_PULSE_63 = bytes.fromhex("56 6A00 4700 0000 EA07 08 0B 12 1F 00 003F 00 0000")
UA651 = Identity("C0:26:DF:00:00:12", "A&D_UA-651BLE_88C32F", "A&D Medical", "UA-651BLE", "0012")
HASTY = Timing(advertises=60.0, waits=10.0, lingers=0.0)
PATIENT = Timing(advertises=60.0, waits=10.0, lingers=3.0)
INFORMATION = (0x2A29, 0x2A24, 0x2A25, 0x2A26)


def a_plain_device(service: int, measurement: int, name: str) -> IndicatingDevice:
    """Of a standard service, and of a maker that nobody has heard of."""
    return IndicatingDevice(
        Identity("C0:26:DF:00:00:20", name, "Nobody", name, "1"),
        Outgoing(),
        service=service,
        measurement=measurement,
        feature=Characteristic(uuid16(0x2A1D), ("read",), read=lambda: b"\x02"),
        remembered=nobody,
        timing=QUICK,
    )


class Standard(NamedTuple):
    service: int
    measurement: int
    value: str
    kind: ReadingKind
    vital: Vital
    number: float


@pytest.mark.parametrize(
    "standard",
    [
        Standard(
            0x1809, 0x2A1C, "04 720100FF 02", ReadingKind.BODY_TEMPERATURE, Vital.BODY_TEMPERATURE, 37.0
        ),
        Standard(0x1822, 0x2A5E, "00 6100 4800", ReadingKind.OXYGEN_SATURATION, Vital.SPO2, 97.0),
        Standard(0x181B, 0x2A9C, "0004 F000 803E", ReadingKind.BODY_WEIGHT, Vital.BODY_WEIGHT, 80.0),
    ],
)
async def test_a_standard_device_needs_no_entry(home: Home, standard: Standard) -> None:
    device = a_plain_device(standard.service, standard.measurement, "Thing")
    device.store(bytes.fromhex(standard.value))
    async with bluetooth_daemon(home.bus_address, [device], set()), home.hub():
        device.wake()
        (reading,) = await home.kept(1)
    assert reading.kind is standard.kind
    assert reading.values[standard.vital].value == pytest.approx(standard.number)
    assert (reading.device.manufacturer, reading.device.model) == ("Nobody", "Thing")


async def test_a_scale_that_says_a_weighing_on_two_services_has_weighed_once(home: Home) -> None:
    both = Service(uuid16(0x181B), [composition := Characteristic(uuid16(0x2A9C), ("indicate",))])

    class BodyScale(Scale):
        async def serve(self) -> None:
            if composition in self.subscribed:
                await self.send(composition, bytes.fromhex("0004 F000 803E"))
            await super().serve()

    scale = BodyScale(
        Identity("C0:26:DF:00:00:21", "Body Scale", "Acme", "BS", "1"),
        Outgoing(),
        remembered=nobody,
        timing=QUICK,
    )
    scale.services = [*scale.services, both]
    scale.measure(Weight(80.0), minutes_ago(0))
    async with bluetooth_daemon(home.bus_address, [scale], set()), home.hub():
        scale.wake()
        await home.logged("device_read")
    (reading,) = home.readings
    assert reading.values[Vital.BODY_WEIGHT].value == pytest.approx(80.0)


async def test_a_bm85_is_read_although_its_bytes_are_not_as_they_should_be(home: Home) -> None:
    with pytest.raises(DecodeError):
        decode(0x2A35, BM85_PULSE_63)
    cuff = Cuff(BM85, Outgoing(), remembered=nobody, timing=QUICK)
    cuff.store(BM85_PULSE_63)
    async with bluetooth_daemon(home.bus_address, [cuff], set()), home.hub():
        cuff.wake()
        (reading,) = await home.kept(1)
    assert reading.values[Vital.SYSTOLIC_BP].value == 106
    assert reading.values[Vital.PULSE_RATE].value == 63
    assert (reading.user, reading.raw) == (0, BM85_PULSE_63.hex())


class Impatient(Cuff):
    """It switches off when it is asked about itself before it has told what it measured."""

    def __init__(self) -> None:
        super().__init__(UA651, Outgoing(), remembered=nobody, timing=PATIENT)
        self.services = [replace(each, characteristics=self._impatient(each)) for each in self.services]

    def _impatient(self, service: Service) -> Sequence[Characteristic]:
        if service.uuid != uuid16(0x180A):
            return service.characteristics
        return [Characteristic(each.uuid, ("read",), self._switch_off) for each in service.characteristics]

    def _switch_off(self) -> bytes:
        if self.link is not None and not self.subscribed:
            self.link.close()
        return b"A&D"


async def ask_then_listen(client: BleakClient) -> None:
    async with client:
        for number in INFORMATION:
            await client.read_gatt_char(normalize_uuid_16(number))
        await client.start_notify(normalize_uuid_16(0x2A35), lambda *_: None)


@pytest.mark.usefixtures("plain_bleak")
async def test_the_problem_a_ua651_switches_off_while_it_is_asked_about_itself(home: Home) -> None:
    cuff = Impatient()
    measure(cuff)
    async with bluetooth_daemon(home.bus_address, [cuff], set()):
        cuff.wake()
        found = await BleakScanner.find_device_by_address(cuff.address)
        assert found is not None
        with pytest.raises(BleakError):
            await ask_then_listen(BleakClient(found))
    assert len(cuff.memory.waiting) == len(STORED)


async def test_the_hub_lets_a_ua651_tell_its_measurements_first(home: Home) -> None:
    cuff = Impatient()
    measure(cuff)
    async with bluetooth_daemon(home.bus_address, [cuff], set()), home.hub():
        cuff.wake()
        readings = await home.kept(5)
        await home.logged("device_read")
    assert [reading.values[Vital.SYSTOLIC_BP].value for reading in readings] == list(STORED)
    assert "device_failed" not in home.log


async def test_a_cuff_that_goes_as_soon_as_it_has_told_all_was_read(home: Home) -> None:
    cuff = a_cuff(timing=HASTY)
    measure(cuff)
    async with bluetooth_daemon(home.bus_address, [cuff], set()), home.hub():
        cuff.wake()
        await home.kept(5)
        await home.logged("device_read")
    assert "device_failed" not in home.log


SLOW = timedelta(minutes=1)
"""A busy machine between the look at one clock and at the other."""


class DateTimeCuff(Cuff):
    """Its clock is told and set by 0x2A08, in the Blood Pressure Service."""

    def __init__(self) -> None:
        super().__init__(
            UA651, Outgoing(clock_offset=timedelta(days=-400)), remembered=nobody, timing=PATIENT
        )
        self.was_set = asyncio.Event()
        clock = Characteristic(uuid16(0x2A08), ("read", "write"), self._tell, self._set)
        first, *others = self.services
        self.services = [Service(first.uuid, [*first.characteristics, clock]), *others]

    def _tell(self) -> bytes:
        return encoders.date_time(self.clock.at(datetime.now(UTC)))

    def _set(self, payload: bytes) -> None:
        self.clock.set(payload + struct.pack("<3B", 0, 0, 0), datetime.now(UTC))
        self.was_set.set()


async def test_a_clock_is_read_and_set_where_the_product_has_it(home: Home) -> None:
    cuff = DateTimeCuff()
    cuff.measure(BloodPressure(131, 80, 70), at := minutes_ago(10))
    async with bluetooth_daemon(home.bus_address, [cuff], set()), home.hub():
        cuff.wake()
        (reading,) = await home.kept(1)
        async with patience("its clock is set"):
            await cuff.was_set.wait()
    assert reading.clock_offset_s == pytest.approx(-400 * 86400, abs=SLOW.total_seconds())
    assert abs(reading.measured_at - at) < SLOW
    assert abs(cuff.memory.clock_offset) < SLOW


class LeavingCuff(DateTimeCuff):
    """It goes while its clock is being set."""

    def _set(self, payload: bytes) -> None:
        super()._set(payload)
        if self.link is not None:
            self.link.close()
        raise AttError(AttStatus.UNLIKELY_ERROR)


async def test_a_clock_that_could_not_be_set_spoils_no_visit(home: Home) -> None:
    cuff = LeavingCuff()
    cuff.measure(BloodPressure(131, 80, 70), minutes_ago(10))
    async with bluetooth_daemon(home.bus_address, [cuff], set()), home.hub():
        cuff.wake()
        await home.kept(1)
        await home.logged("clock_not_set")
        await home.logged("device_read")
    assert "device_failed" not in home.log
