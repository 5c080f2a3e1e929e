"""Unmodified bleak against a simulated org.bluez: what devices hand over is in the outbox."""

from __future__ import annotations

import re
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from edge_agent.wire.codes import Flag, Meal, ReadingKind
from edge_agent.wire.messages import Device
from edge_agent.wire.vitals import Vital
from simulators.bluez.daemon import bluetooth_daemon
from simulators.bluez.peripheral import Peripheral
from simulators.devices import values
from simulators.devices.cuff import Cuff
from simulators.devices.device import Identity, Timing
from simulators.devices.glucometer import Glucometer
from simulators.devices.memory import Outgoing, Record, Records
from simulators.devices.scale import Scale
from tests.edge_agent.bluetooth.conftest import Home
from tests.edge_agent.conftest import HUB
from tests.edge_agent.gateway_double import GatewayDouble
from tests.servers.broker import Broker as BrokerProcess
from tests.servers.patience import eventually

QUICK = Timing(advertises=60.0, waits=10.0, lingers=0.3)
WEIGHT_WITHOUT_CLOCK = b"\x00" + struct.pack("<H", round(80 / 0.005))


def identity(number: int, model: str) -> Identity:
    return Identity(f"C0:26:DF:00:00:{number:02X}", model, "Acme", model, f"serial-{number}")


def nobody() -> None:
    """Nobody keeps what the device remembers."""


def a_cuff(number: int = 1) -> Cuff:
    return Cuff(identity(number, "Cuff 1"), Outgoing(), remembered=nobody, timing=QUICK)


def a_scale(number: int = 2) -> Scale:
    return Scale(identity(number, "Scale 2"), Outgoing(), remembered=nobody, timing=QUICK)


def a_meter(memory: Records | None = None) -> Glucometer:
    return Glucometer(
        identity(3, "Meter 3"), Records() if memory is None else memory, remembered=nobody, timing=QUICK
    )


@asynccontextmanager
async def in_range(home: Home, *devices: Peripheral) -> AsyncIterator[None]:
    async with bluetooth_daemon(home.bus_address, devices, set()):
        yield


SLOW = timedelta(minutes=1)
"""A busy machine between the look at one clock and at the other."""


def this_minute() -> datetime:
    return datetime.now(UTC).replace(second=0, microsecond=0)


async def test_a_measurement_of_each_device_is_kept(home: Home) -> None:
    cuff, scale, meter = a_cuff(), a_scale(), a_meter()
    at = this_minute()
    cuff.measure(values.BloodPressure(138, 86, 71, user=1), at)
    scale.measure(values.Weight(82.4, user=2), at)
    meter.measure(values.Glucose(104, values.Meal.FASTING), at)
    async with in_range(home, cuff, scale, meter), home.hub():
        for device in (cuff, scale, meter):
            device.wake()
        readings = {reading.kind: reading for reading in await home.kept(3)}

    pressure = readings[ReadingKind.BLOOD_PRESSURE]
    assert pressure.device == Device(identifier="C0:26:DF:00:00:01", manufacturer="Acme", model="Cuff 1")
    assert {vital: quantity.value for vital, quantity in pressure.values.items()} == {
        Vital.SYSTOLIC_BP: 138,
        Vital.DIASTOLIC_BP: 86,
        Vital.MEAN_ARTERIAL_PRESSURE: 103,
        Vital.PULSE_RATE: 71,
    }
    assert (pressure.user, pressure.raw[:2]) == (1, "1e")
    assert readings[ReadingKind.BODY_WEIGHT].values[Vital.BODY_WEIGHT].value == pytest.approx(82.4)
    assert readings[ReadingKind.BODY_WEIGHT].user == 2
    glucose = readings[ReadingKind.BLOOD_GLUCOSE]
    assert glucose.values[Vital.BLOOD_GLUCOSE].value == pytest.approx(104)
    assert (glucose.sequence, glucose.meal) == (1, Meal.FASTING)
    assert all(reading.device_clock is not None for reading in readings.values())
    assert all(reading.measured_at <= reading.captured_at for reading in readings.values())


async def test_it_goes_from_the_device_to_the_gateway(
    home: Home, broker: BrokerProcess, gateway: GatewayDouble
) -> None:
    broker.add_user(HUB, "hub-password")
    scale = a_scale()
    async with in_range(home, scale), home.hub(broker_port=broker.port):
        scale.measure(values.Weight(82.4), this_minute())
        scale.wake()
        (delivery,) = await gateway.delivered(1)
        await home.logged("receipt hub=hub-1")
        assert home.counts.waiting == 0
    assert delivery.batch.readings == tuple(home.readings)


async def test_all_records_of_a_meter_come_and_later_only_the_new_ones(home: Home) -> None:
    meter = a_meter()
    start = this_minute() - timedelta(days=1)
    for minute in range(100):
        meal = values.Meal.FASTING if minute % 3 == 0 else None
        meter.measure(values.Glucose(80 + minute, meal), start + timedelta(minutes=minute))
    async with in_range(home, meter), home.hub():
        meter.wake()
        readings = await home.kept(100)
        await home.logged("device_read")
        meter.measure(values.Glucose(99), this_minute())
        meter.wake()
        await home.kept(101)
        await home.logged("device_read", times=2)
    assert [reading.sequence for reading in home.readings] == list(range(1, 102))
    assert [reading.meal for reading in readings[:4]] == [Meal.FASTING, None, None, Meal.FASTING]
    assert home.log.count("reading_known") == 1  # the last one, which shows that the memory goes on


async def test_a_hub_killed_while_a_meter_reports_has_every_record_once(home: Home) -> None:
    meter = a_meter()
    start = this_minute() - timedelta(days=1)
    for minute in range(100):
        meter.measure(values.Glucose(100), start + timedelta(minutes=minute))
    async with in_range(home, meter):
        for count in (1, 40, 70):
            meter.wake()
            async with home.doomed_hub():
                await home.kept(count)
            await eventually(lambda: meter.link is None)
        meter.wake()
        async with home.hub():
            await home.logged("device_read")
    assert sorted(reading.sequence or 0 for reading in home.readings) == list(range(1, 101))
    assert home.counts.assigned == 100


async def test_a_meter_that_numbers_anew_loses_nothing(home: Home) -> None:
    memory = Records()
    meter = a_meter(memory)
    async with in_range(home, meter), home.hub():
        for value in (100, 101, 102):
            meter.measure(values.Glucose(value), this_minute() - timedelta(days=1))
        meter.wake()
        await home.kept(3)
        await home.logged("device_read")
        memory.records.clear()
        memory.next_sequence = 1
        for value in (110, 111, 112, 113):
            meter.measure(values.Glucose(value), this_minute())
        meter.wake()
        await home.kept(7)
        await home.logged("device_read", times=2)
    assert [reading.sequence for reading in home.readings[3:]] == [3, 4, 1, 2]


async def test_a_wrong_clock_is_corrected_and_both_times_kept(home: Home) -> None:
    meter = a_meter(Records(clock_offset=timedelta(hours=-3)))
    at = this_minute() - timedelta(minutes=10)
    meter.measure(values.Glucose(104), at)
    async with in_range(home, meter), home.hub():
        meter.wake()
        (reading,) = await home.kept(1)
    assert reading.device_clock == meter.clock.at(at)
    assert reading.clock_offset_s == pytest.approx(-3 * 3600, abs=SLOW.total_seconds())
    assert abs(reading.measured_at - at) < SLOW


async def test_the_same_weight_twice_is_two_readings_but_a_re_indication_is_none(home: Home) -> None:
    scale = a_scale()
    async with in_range(home, scale), home.hub():
        for times in (1, 2):
            scale.store(WEIGHT_WITHOUT_CLOCK)
            scale.store(WEIGHT_WITHOUT_CLOCK)
            scale.wake()
            await home.kept(times)
            await home.logged("device_read", times=times)
    assert len({reading.reading_id for reading in home.readings}) == 2
    assert [reading.measured_at for reading in home.readings] == [
        reading.captured_at for reading in home.readings
    ]


async def test_what_cannot_be_read_is_kept_beside_its_neighbours(home: Home) -> None:
    cuff = a_cuff()
    cuff.store(b"\x1e\x01")
    cuff.measure(values.BloodPressure(138, 86, 71), this_minute())
    async with in_range(home, cuff), home.hub():
        cuff.wake()
        await home.kept(1)
    assert home.counts.unreadable == 1
    assert "unreadable_kept device=C0:26:DF:00:00:01 characteristic=2A35" in home.log


async def test_a_control_solution_is_kept_as_what_it_is(home: Home) -> None:
    meter = a_meter()
    meter.measure(values.Glucose(104), this_minute())
    record = meter.memory.records[0]
    of_control_solution = bytearray(record.measurement)
    of_control_solution[12] = 0x1A  # type and location, after sequence, time and concentration
    meter.memory.records[0] = Record(sequence=1, measurement=bytes(of_control_solution))
    meter.measure(values.Glucose(105), this_minute())
    async with in_range(home, meter), home.hub():
        meter.wake()
        of_check, of_patient = await home.kept(2)
    assert (of_check.sequence, of_check.flags) == (1, (Flag.CONTROL_SOLUTION,))
    assert (of_patient.sequence, of_patient.flags) == (2, ())


async def test_a_device_that_fails_does_not_hurt_the_others(home: Home) -> None:
    cuff = a_cuff()
    cuff.measure(values.BloodPressure(138, 86, 71), this_minute())
    # Says that it is a scale and has no services at all.
    broken = Peripheral("C0:26:DF:00:00:09", "broken", [], advertised=a_scale().advertised)
    broken.advertising = True
    async with in_range(home, broken, cuff), home.hub():
        await home.logged("device_connected hub=hub-1 device=C0:26:DF:00:00:09")
        cuff.wake()
        await home.kept(1)


async def test_no_value_is_logged(home: Home) -> None:
    meter = a_meter()
    meter.measure(values.Glucose(137), this_minute())
    async with in_range(home, meter), home.hub():
        meter.wake()
        (reading,) = await home.kept(1)
        await home.logged("device_read")
    said = home.log.replace(str(reading.reading_id), "")
    assert not re.search(r"(?<![\d.])137(?!\d)", said)  # a port or a fraction may hold its digits
    assert reading.raw not in home.log


async def test_without_bluetooth_the_hub_waits_for_it(home: Home) -> None:
    scale = a_scale()
    async with home.hub():
        await home.logged("no_bluetooth")
        async with in_range(home, scale):
            scale.measure(values.Weight(80), this_minute())
            scale.wake()
            await home.kept(1)
        # Bluetooth is gone again, and the hub must still end when it is asked to.


async def test_a_second_process_of_a_hub_is_refused(home: Home) -> None:
    async with in_range(home), home.hub():
        await home.logged("not_connected")
        with pytest.raises(AssertionError, match="this hub runs already"):
            async with home.hub() as second:
                assert await second.wait() == 2
