from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from edge_agent.gatt.measurement import Measurement
from edge_agent.intake import Capture, ConnectedDevice, Intake
from edge_agent.outbox import Outbox
from edge_agent.profiles.repairs import beurer_user_and_pulse
from edge_agent.wire.codes import AbsentReason, Flag, Meal, ReadingKind
from edge_agent.wire.messages import Device, Reading
from edge_agent.wire.vitals import Vital
from tests.edge_agent.samples import NOON

PRESSURE, GLUCOSE, CONTEXT, WEIGHT = 0x2A35, 0x2A18, 0x2A34, 0x2A9D
INTERMEDIATE_PRESSURE = 0x2A36
METER = ConnectedDevice("hub-1", UTC, Device(identifier="AA:BB:CC:00:00:03"))

RECORD_7_CONTEXT_FOLLOWS = bytes.fromhex("12 0700 ea07 03 01 07 1e 00 68b0 11")  # 104 mg/dL
RECORD_8 = bytes.fromhex("02 0800 ea07 03 01 08 1e 00 69b0 11")
CONTEXT_7_FASTING = bytes.fromhex("02 0700 03")
CONTEXT_8_FASTING = bytes.fromhex("02 0800 03")
FAILED_CUFF = bytes.fromhex("00 ff07 ff07 ff07")
KETONE = bytes.fromhex("13 0500 ea07 03 01 0b 1e 00 0000 1eb0 11")
CONTEXT_OF_KETONE = bytes.fromhex("02 0500 06")
MEAN_ZERO = bytes.fromhex("1e c800 7d00 0000 ea07 03 01 08 05 00 5800 01 0000")
MONTH_13 = bytes.fromhex("03 0600 ea07 0d 01 07 1e 00 3c00 28b0 11")
FEBRUARY_30 = bytes.fromhex("02 c800 7d00 9600 ea07 02 1e 08 05 00")
NO_CLOCK = bytes.fromhex("02 803e ffff ff ff ff ff ff")
INTO_THE_FUTURE = bytes.fromhex("02 803e ea07 03 02 07 1e 00")


@pytest.fixture
def intake(outbox: Outbox) -> Intake:
    return begun(outbox)


def begun(
    outbox: Outbox, connected: ConnectedDevice = METER, *, stored: Callable[[], None] = lambda: None
) -> Intake:
    intake = Intake(connected.device.identifier, outbox, stored)
    intake.begin(connected)
    return intake


def capture(characteristic: int, raw: bytes) -> Capture:
    return Capture(characteristic, raw, NOON)


def stored(outbox: Outbox) -> list[Reading]:
    contents = outbox.contents(outbox.epoch, 1, outbox.counts().assigned)
    return [Reading.model_validate_json(content) for content in contents]


def test_the_context_of_a_record_goes_with_it(intake: Intake, outbox: Outbox) -> None:
    intake.take(capture(GLUCOSE, RECORD_7_CONTEXT_FOLLOWS))
    assert stored(outbox) == []
    intake.take(capture(CONTEXT, CONTEXT_7_FASTING))
    (reading,) = stored(outbox)
    assert reading.meal is Meal.FASTING
    assert reading.values[Vital.BLOOD_GLUCOSE].value == pytest.approx(104)
    assert reading.raw == RECORD_7_CONTEXT_FOLLOWS.hex()


def test_the_context_is_no_part_of_the_id(tmp_path: Path) -> None:
    ids = set()
    for name, context in (("with", [CONTEXT_7_FASTING]), ("without", [])):
        with Outbox(tmp_path / name) as outbox:
            intake = begun(outbox)
            intake.take(capture(GLUCOSE, RECORD_7_CONTEXT_FOLLOWS))
            for raw in context:
                intake.take(capture(CONTEXT, raw))
            intake.finish()
            ids.add(stored(outbox)[0].reading_id)
    assert len(ids) == 1


@pytest.mark.parametrize("then", [(GLUCOSE, RECORD_8), (CONTEXT, CONTEXT_8_FASTING)])
def test_a_context_that_never_comes_keeps_no_record_back(
    intake: Intake, outbox: Outbox, then: tuple[int, bytes]
) -> None:
    intake.take(capture(GLUCOSE, RECORD_7_CONTEXT_FOLLOWS))
    intake.take(capture(*then))
    assert 7 not in [reading.sequence for reading in stored(outbox)]
    intake.finish()
    last = stored(outbox)[-1]
    assert (last.sequence, last.meal) == (7, None)


def test_a_context_that_comes_after_the_next_record_is_of_its_own(intake: Intake, outbox: Outbox) -> None:
    for each in ((GLUCOSE, RECORD_7_CONTEXT_FOLLOWS), (GLUCOSE, RECORD_8), (CONTEXT, CONTEXT_7_FASTING)):
        intake.take(capture(*each))
    assert [(each.sequence, each.meal) for each in stored(outbox)] == [(8, None), (7, Meal.FASTING)]


def test_two_records_of_one_number_that_wait_are_two(intake: Intake, outbox: Outbox) -> None:
    another = RECORD_7_CONTEXT_FOLLOWS.replace(b"\x68\xb0", b"\x69\xb0")
    for raw in (RECORD_7_CONTEXT_FOLLOWS, another):
        intake.take(capture(GLUCOSE, raw))
    intake.take(capture(CONTEXT, CONTEXT_7_FASTING))
    assert [(each.raw, each.meal) for each in stored(outbox)] == [
        (RECORD_7_CONTEXT_FOLLOWS.hex(), None),
        (another.hex(), Meal.FASTING),
    ]


@pytest.mark.parametrize("between", [[], [(GLUCOSE, RECORD_8)]])
def test_a_ketone_is_kept_and_is_no_blood_glucose(
    intake: Intake, outbox: Outbox, between: list[tuple[int, bytes]]
) -> None:
    """A meter says 3.0 mmol/L of ketone as 30 in the place of glucose, and marks it by a reserved meal."""
    for each in ((GLUCOSE, KETONE), *between, (CONTEXT, CONTEXT_OF_KETONE)):
        intake.take(capture(*each))
    reading = stored(outbox)[-1]
    assert (reading.values, reading.original) == ({}, {})
    assert reading.absent == {Vital.BLOOD_GLUCOSE: AbsentReason.OTHER_ANALYTE}
    assert reading.flags == (Flag.OTHER_ANALYTE,)
    assert reading.raw == KETONE.hex()


def test_a_mean_of_zero_takes_no_pressure_along(intake: Intake, outbox: Outbox) -> None:
    intake.take(capture(PRESSURE, MEAN_ZERO))
    (reading,) = stored(outbox)
    assert {vital: each.value for vital, each in reading.values.items()} == {
        Vital.SYSTOLIC_BP: 200,
        Vital.DIASTOLIC_BP: 125,
        Vital.PULSE_RATE: 88,
    }
    assert reading.absent == {Vital.MEAN_ARTERIAL_PRESSURE: AbsentReason.IMPLAUSIBLE}
    assert reading.user == 1


def test_a_record_of_month_13_counts_from_when_it_was_read(outbox: Outbox) -> None:
    for _ in range(2):  # two connections
        begun(outbox).take(capture(GLUCOSE, MONTH_13))
    (reading,) = stored(outbox)
    assert reading.values[Vital.BLOOD_GLUCOSE].value == 40
    assert (reading.measured_at, reading.device_clock) == (NOON, None)
    assert reading.flags == (Flag.TIME_FAULT,)


def test_a_cuff_that_shows_its_memory_again_repeats_no_record_of_an_impossible_time(outbox: Outbox) -> None:
    for _ in range(2):
        begun(outbox).take(capture(PRESSURE, FEBRUARY_30))
    (reading,) = stored(outbox)
    assert reading.flags == (Flag.TIME_FAULT,)


def test_the_same_weight_twice_of_a_scale_without_a_clock_is_two(outbox: Outbox) -> None:
    """It leaves its time stamp as memory that was never written: no two readings can be told apart by it."""
    for _ in range(2):  # two days
        begun(outbox).take(capture(WEIGHT, NO_CLOCK))
    assert [(each.device_clock, each.flags) for each in stored(outbox)] == [(None, ())] * 2


def test_at_the_end_nothing_is_held(intake: Intake, outbox: Outbox) -> None:
    intake.take(capture(GLUCOSE, RECORD_7_CONTEXT_FOLLOWS))
    intake.finish()
    intake.finish()
    assert len(stored(outbox)) == 1


def test_a_failed_measurement_is_an_absent_value(intake: Intake, outbox: Outbox) -> None:
    intake.take(capture(PRESSURE, FAILED_CUFF))
    (reading,) = stored(outbox)
    assert reading.values == {}
    assert reading.absent[Vital.SYSTOLIC_BP] is AbsentReason.NOT_A_NUMBER


def test_only_new_readings_are_told(outbox: Outbox) -> None:
    told: list[None] = []
    for _ in range(2):  # two connections
        begun(outbox, stored=lambda: told.append(None)).take(capture(GLUCOSE, RECORD_8))
    assert len(told) == 1


def test_it_is_measured_by_the_corrected_clock(outbox: Outbox) -> None:
    fast = replace(METER, offset=timedelta(days=1))
    begun(outbox, fast).take(capture(WEIGHT, INTO_THE_FUTURE))
    (reading,) = stored(outbox)
    assert reading.measured_at == NOON.replace(hour=7, minute=30)
    assert reading.clock_offset_s == 86400


def test_a_reading_that_the_contract_refuses_is_kept_as_unreadable(
    intake: Intake, outbox: Outbox, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No decoder gives one today; if one should, that device must not stop the hub."""
    impossible = Measurement(ReadingKind.BODY_WEIGHT, values={Vital.BODY_WEIGHT: 81.7}, user=981)
    monkeypatch.setattr("edge_agent.intake.decode", lambda *_: impossible)
    with caplog.at_level(logging.INFO):
        intake.take(capture(WEIGHT, INTO_THE_FUTURE))
    assert stored(outbox) == []
    assert outbox.counts().unreadable == 1
    assert "user (less_than_equal)" in caplog.text
    assert "981" not in caplog.text


def test_what_comes_before_the_clock_is_known_is_on_disk_and_corrected_later(tmp_path: Path) -> None:
    address = METER.device.identifier
    with Outbox(tmp_path / "outbox.db") as outbox:
        early = Intake(address, outbox, stored=lambda: None)
        early.take(capture(WEIGHT, INTO_THE_FUTURE))
        early.take(capture(WEIGHT, INTO_THE_FUTURE))  # indicated again
        assert stored(outbox) == []
    with Outbox(tmp_path / "outbox.db") as outbox:  # killed in between
        begun(outbox, replace(METER, offset=timedelta(days=1)))
        (reading,) = stored(outbox)
        assert reading.measured_at == NOON.replace(hour=7, minute=30)
        assert outbox.captures.devices() == []


def test_nothing_stays_held_once_it_was_read(outbox: Outbox) -> None:
    early = Intake(METER.device.identifier, outbox, stored=lambda: None)
    for characteristic, raw in (
        (GLUCOSE, RECORD_7_CONTEXT_FOLLOWS),
        (CONTEXT, CONTEXT_7_FASTING),
        (GLUCOSE, RECORD_8),
        (PRESSURE, b"\x1e\x01"),
        (INTERMEDIATE_PRESSURE, FAILED_CUFF),
    ):
        early.take(capture(characteristic, raw))
    early.begin(METER)
    early.finish()
    assert [(reading.sequence, reading.meal) for reading in stored(outbox)] == [(7, Meal.FASTING), (8, None)]
    assert outbox.counts().unreadable == 1
    assert outbox.captures.devices() == []


def test_a_repair_is_made_before_decoding_and_the_bytes_stay_as_they_came(outbox: Outbox) -> None:
    recorded = bytes.fromhex("56 6A00 4700 0000 EA07 08 0B 12 1F 00 003F 00 0000")
    begun(outbox, replace(METER, repair=beurer_user_and_pulse)).take(capture(PRESSURE, recorded))
    (reading,) = stored(outbox)
    assert reading.values[Vital.PULSE_RATE].value == 63
    assert reading.raw == recorded.hex()
