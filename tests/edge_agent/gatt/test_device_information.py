"""What is no measurement: records' control point, clock, battery, features, texts; and the table."""

from __future__ import annotations

from datetime import datetime

import pytest

from edge_agent.gatt import record_access
from edge_agent.gatt.characteristics import (
    UnknownCharacteristicError,
    characteristic_number,
    decode,
)
from edge_agent.gatt.current_time import CurrentTime, encode_current_time
from edge_agent.gatt.device_information import BatteryLevel, DeviceText
from edge_agent.gatt.features import Features
from edge_agent.gatt.measurement import DecodeError
from edge_agent.gatt.record_access import Outcome, RecordAccessOutcome, RecordCount


def test_requests_for_records() -> None:
    """As in the Glucose Service 1.0.1, table of op codes, operators and operands."""
    assert record_access.report_all() == bytes.fromhex("0101")
    assert record_access.report_from(300) == bytes.fromhex("0103012C01")
    assert record_access.count_all() == bytes.fromhex("0401")
    assert record_access.count_from(0) == bytes.fromhex("0403010000")
    assert record_access.abort() == bytes.fromhex("0300")


@pytest.mark.parametrize("sequence", [-1, 65536])
def test_no_request_for_a_sequence_number_that_cannot_be(sequence: int) -> None:
    with pytest.raises(ValueError, match="0 to 65535"):
        record_access.report_from(sequence)


def test_answers_about_records() -> None:
    assert decode(0x2A52, bytes.fromhex("05002C01")) == RecordCount(300)
    assert decode(0x2A52, bytes.fromhex("06000106")) == RecordAccessOutcome(1, Outcome.NO_RECORDS)
    assert decode(0x2A52, bytes.fromhex("06000307")) == RecordAccessOutcome(3, Outcome.ABORT_UNSUCCESSFUL)


@pytest.mark.parametrize(
    ("characteristic", "payload", "message"),
    [
        (0x2A52, "0101", "byte 0: expected op code 5 (number of records) or 6 (response)"),
        (0x2A52, "06010101", "byte 1: expected operator 0 (null)"),
        (0x2A52, "06000100", "byte 3: expected response code, 1 to 9"),
        (0x2A52, "0600010100", "byte 4: expected the end, 1 left that no flag announces"),
        (0x2A19, "65", "byte 0: expected battery level, 0 to 100 %"),
        (0x2A51, "FF", "byte 0: expected features (2 bytes), 1 left"),
        (0x2A29, "4FFF", "byte 1: expected UTF-8"),
    ],
)
def test_what_the_format_does_not_allow_is_refused(characteristic: int, payload: str, message: str) -> None:
    with pytest.raises(DecodeError) as error:
        decode(characteristic, bytes.fromhex(payload))
    assert str(error.value) == message


def test_a_day_of_the_week_that_cannot_be_takes_no_time_along() -> None:
    read = decode(0x2A2B, bytes.fromhex("E807060F11111B 08 00 00"))
    assert read == CurrentTime(datetime.fromisoformat("2024-06-15T17:17:27"), None, ())


def test_a_clock_that_is_not_set() -> None:
    assert decode(0x2A2B, bytes(10)) == CurrentTime(None, None, ())


@pytest.mark.parametrize("microsecond", [0, 499_999, 500_000, 999_999])
def test_a_clock_reads_back_what_was_written(microsecond: int) -> None:
    at = datetime.fromisoformat("2024-02-29T23:59:59").replace(microsecond=microsecond)
    read = decode(0x2A2B, encode_current_time(at))
    assert isinstance(read, CurrentTime)
    assert read.clock is not None
    assert abs((read.clock - at).total_seconds()) <= 1 / 256
    assert read.day_of_week == 4  # a Thursday


def test_a_clock_before_the_calendar_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="1582"):
        encode_current_time(datetime.fromisoformat("1581-12-31"))


def test_battery_features_and_texts() -> None:
    assert decode(0x2A19, b"\x64") == BatteryLevel(100)
    assert decode(0x2A49, bytes.fromhex("05FE")) == Features(
        ("body-movement-detection", "irregular-pulse-detection")
    )
    assert decode(0x2A51, bytes.fromhex("2104")) == Features(
        ("low-battery-detection", "result-range-detection", "multiple-bonds")
    )
    assert decode(0x2A29, "Bedömning\0\0".encode()) == DeviceText("Bedömning")


@pytest.mark.parametrize(
    "text", ["2A35", "2a35", "0x2a35", "0X2A35", "00002a35-0000-1000-8000-00805F9B34FB", " 2a35 "]
)
def test_the_ways_to_name_a_characteristic(text: str) -> None:
    assert characteristic_number(text) == 0x2A35


@pytest.mark.parametrize("text", ["2A00", "", "blood", "00002a35-0000-1000-8000-00805f9b34fc", "12a35"])
def test_another_characteristic_is_refused_with_those_known(text: str) -> None:
    with pytest.raises(UnknownCharacteristicError, match="known are 2A18, 2A19"):
        characteristic_number(text)


def test_a_characteristic_outside_the_table_is_not_decoded() -> None:
    with pytest.raises(UnknownCharacteristicError, match="unknown characteristic 2A00"):
        decode(0x2A00, b"")
