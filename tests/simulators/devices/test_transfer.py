"""Unmodified bleak reads the devices: what was confirmed is forgotten, records come when asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from bleak import BleakClient
from bleak.exc import BleakGATTProtocolError, BleakGATTProtocolErrorCode

from edge_agent.gatt.current_time import decode_current_time, encode_current_time
from edge_agent.gatt.glucose import decode_glucose
from edge_agent.gatt.record_access import (
    Outcome,
    RecordAccessOutcome,
    RecordCount,
    abort,
    count_from,
    decode_record_access,
    report_all,
    report_from,
)
from edge_agent.wire.vitals import Vital
from simulators.bluez.daemon import bluetooth_daemon
from simulators.bluez.peripheral import uuid16
from simulators.devices import encoders
from simulators.devices.device import Timing
from simulators.devices.glucometer import Glucometer
from simulators.devices.values import BloodPressure, Glucose, Meal
from tests.servers.patience import eventually
from tests.simulators.radio import CUFF, METER, NOON, Connection, Listener, a_cuff, a_meter, found

PRESSURES = [BloodPressure(130 + number, 80, 60) for number in range(3)]


def payloads() -> list[bytes]:
    return [encoders.blood_pressure(pressure, local(NOON)) for pressure in PRESSURES]


def local(true: datetime) -> datetime:
    return true.astimezone().replace(tzinfo=None)


@pytest.mark.parametrize("use_start_notify", [True, False])
async def test_the_cuff_hands_over_what_it_stored_in_order_forgets_it_and_goes(
    bus_address: str, use_start_notify: bool
) -> None:
    cuff = a_cuff()
    for pressure in PRESSURES:
        cuff.measure(pressure, NOON)
    async with bluetooth_daemon(bus_address, [cuff], set()):
        cuff.wake()
        listener, connection = Listener(), Connection()
        async with BleakClient(await found(CUFF.address), connection) as client:
            await client.start_notify(uuid16(0x2A35), listener, bluez={"use_start_notify": use_start_notify})
            await connection.lost()
        assert listener.received == payloads()
        assert cuff.memory.waiting == []
        assert not cuff.advertising


async def test_what_was_not_confirmed_when_the_link_broke_comes_with_the_next_link(bus_address: str) -> None:
    cuff = a_cuff()
    for pressure in PRESSURES:
        cuff.measure(pressure, NOON)
    async with bluetooth_daemon(bus_address, [cuff], set()):
        cuff.wake()
        first, second = Listener(), Listener()
        connection = Connection()
        async with BleakClient(await found(CUFF.address), connection) as client:
            await client.start_notify(uuid16(0x2A35), first)
            await first.next()
            assert cuff.link is not None
            cuff.link.close()
            await connection.lost()
        assert cuff.advertising
        connection = Connection()
        async with BleakClient(await found(CUFF.address), connection) as client:
            await client.start_notify(uuid16(0x2A35), second)
            await connection.lost()
        assert first.received + second.received == payloads()


async def test_a_hub_that_never_subscribes_is_left_and_nothing_is_forgotten(bus_address: str) -> None:
    cuff = a_cuff(Timing(advertises=20, waits=0.3, lingers=0.1))
    cuff.measure(PRESSURES[0], NOON)
    async with bluetooth_daemon(bus_address, [cuff], set()):
        cuff.wake()
        connection = Connection()
        async with BleakClient(await found(CUFF.address), connection):
            await connection.lost()
        assert len(cuff.memory.waiting) == 1
        assert cuff.advertising


async def test_a_cuff_that_nobody_connects_to_goes_back_to_sleep_with_its_memory() -> None:
    cuff = a_cuff(Timing(advertises=0.1))
    cuff.measure(PRESSURES[0], NOON)
    cuff.wake()
    assert cuff.advertising
    await eventually(lambda: not cuff.advertising)
    assert len(cuff.memory.waiting) == 1


SLOW = timedelta(minutes=1)
"""A busy machine between the look at one clock and at the other."""


class Meter:
    """A client that asks a glucometer for its records."""

    def __init__(self, client: BleakClient) -> None:
        self._client = client
        self.records = Listener()
        self.contexts = Listener()
        self._answers = Listener()

    async def subscribe(self) -> None:
        await self._client.start_notify(uuid16(0x2A18), self.records)
        await self._client.start_notify(uuid16(0x2A34), self.contexts)
        await self._client.start_notify(uuid16(0x2A52), self._answers)

    async def write(self, request: bytes) -> None:
        await self._client.write_gatt_char(uuid16(0x2A52), request, response=True)

    async def ask(self, request: bytes) -> RecordCount | RecordAccessOutcome:
        self.records.received.clear()
        await self.write(request)
        return decode_record_access(await self._answers.next())

    async def answer(self) -> RecordCount | RecordAccessOutcome:
        return decode_record_access(await self._answers.next())

    @property
    def sequences(self) -> list[int | None]:
        return [decode_glucose(record).sequence for record in self.records.received]


def a_meter_with(records: int) -> Glucometer:
    meter = a_meter()
    for number in range(records):
        meter.measure(Glucose(100 + number, Meal.FASTING), NOON)
    return meter


async def test_the_meter_reports_counts_and_refuses_as_asked(bus_address: str) -> None:
    glucometer = a_meter_with(5)
    async with bluetooth_daemon(bus_address, [glucometer], set()):
        glucometer.wake()
        async with BleakClient(await found(METER.address)) as client:
            meter = Meter(client)
            await meter.subscribe()
            assert await meter.ask(report_all()) == RecordAccessOutcome(1, Outcome.SUCCESS)
            assert meter.sequences == [1, 2, 3, 4, 5]
            assert [decode_glucose(one).values for one in meter.records.received] == [
                {Vital.BLOOD_GLUCOSE: 100 + number} for number in range(5)
            ]
            assert [context[1] for context in meter.contexts.received] == [1, 2, 3, 4, 5]
            assert await meter.ask(report_from(4)) == RecordAccessOutcome(1, Outcome.SUCCESS)
            assert meter.sequences == [4, 5]
            assert await meter.ask(report_from(6)) == RecordAccessOutcome(1, Outcome.NO_RECORDS)
            assert await meter.ask(count_from(3)) == RecordCount(3)
            assert await meter.ask(bytes([2, 1])) == RecordAccessOutcome(2, Outcome.OP_CODE_NOT_SUPPORTED)
        assert len(glucometer.memory.records) == 5


async def test_a_report_can_be_aborted_and_only_one_runs_at_a_time(bus_address: str) -> None:
    glucometer = a_meter_with(200)
    async with bluetooth_daemon(bus_address, [glucometer], set()):
        glucometer.wake()
        async with BleakClient(await found(METER.address)) as client:
            meter = Meter(client)
            await meter.subscribe()
            await meter.write(report_all())
            await meter.records.next()
            with pytest.raises(BleakGATTProtocolError) as busy:
                await meter.write(report_all())
            assert busy.value.code == 0xFE
            await meter.write(abort())
            assert await meter.answer() == RecordAccessOutcome(3, Outcome.SUCCESS)
            sent = len(meter.records.received)
            assert 0 < sent < 200
            assert await meter.ask(count_from(1)) == RecordCount(200)
            assert len(meter.records.received) == 0


async def test_the_meter_wants_its_answers_to_be_listened_to(bus_address: str) -> None:
    glucometer = a_meter_with(1)
    async with bluetooth_daemon(bus_address, [glucometer], set()):
        glucometer.wake()
        async with BleakClient(await found(METER.address)) as client:
            with pytest.raises(BleakGATTProtocolError) as unheard:
                await Meter(client).write(report_all())
    assert unheard.value.code is BleakGATTProtocolErrorCode.CCCD_IMPROPERLY_CONFIGURED


async def test_a_wrong_clock_is_read_as_it_is_and_can_be_set(bus_address: str) -> None:
    glucometer = a_meter()
    glucometer.memory.clock_offset = timedelta(days=-40)
    async with bluetooth_daemon(bus_address, [glucometer], set()):
        glucometer.wake()
        async with BleakClient(await found(METER.address)) as client:
            assert abs(await offset(client) + timedelta(days=40)) < SLOW
            await client.write_gatt_char(
                uuid16(0x2A2B), encode_current_time(local(datetime.now(UTC))), response=True
            )
            assert abs(await offset(client)) < SLOW
            for nonsense in (b"\x00", bytes([0xE8, 7, 13, 1, 0, 0, 0, 0, 0, 0])):
                with pytest.raises(BleakGATTProtocolError):
                    await client.write_gatt_char(uuid16(0x2A2B), nonsense, response=True)
            assert abs(await offset(client)) < SLOW


async def offset(client: BleakClient) -> timedelta:
    shown = decode_current_time(bytes(await client.read_gatt_char(uuid16(0x2A2B)))).clock
    assert shown is not None
    return shown - local(datetime.now(UTC))
