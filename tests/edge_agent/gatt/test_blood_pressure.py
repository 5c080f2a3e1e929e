"""0x2A35 and 0x2A36, field by field as the Blood Pressure Service 1.1.1 orders them."""

from __future__ import annotations

import pytest

from edge_agent.gatt.blood_pressure import (
    IntermediateCuffPressure,
    decode_blood_pressure,
    decode_intermediate_cuff_pressure,
)
from edge_agent.gatt.measurement import DecodeError
from edge_agent.wire.codes import AbsentReason, Flag
from edge_agent.wire.messages import Quantity
from edge_agent.wire.vitals import Vital

PRESSURES = "8A00 5500 6400"  # 138, 85, 100


def test_the_smallest_value_there_is() -> None:
    measurement = decode_blood_pressure(bytes.fromhex("00" + PRESSURES))
    assert measurement.values == {
        Vital.SYSTOLIC_BP: 138.0,
        Vital.DIASTOLIC_BP: 85.0,
        Vital.MEAN_ARTERIAL_PRESSURE: 100.0,
    }
    assert (measurement.device_clock, measurement.user, measurement.flags) == (None, None, ())


def test_kilopascals_become_millimetres_and_are_kept() -> None:
    """33.8, 11.3 and 18.4 kPa, exponent -1. By hand: 33.8 / 0.133322387415 = 253.52."""
    measurement = decode_blood_pressure(bytes.fromhex("01 52F1 71F0 B8F0"))
    assert list(measurement.values.values()) == [253.5, 84.8, 138.0]
    assert measurement.original[Vital.SYSTOLIC_BP] == Quantity(value=33.8, unit="kPa")


@pytest.mark.parametrize(
    ("status", "flags"),
    [
        ("0000", ()),
        ("0100", (Flag.BODY_MOVEMENT,)),
        ("0200", (Flag.CUFF_TOO_LOOSE,)),
        ("0400", (Flag.IRREGULAR_PULSE,)),
        ("0800", (Flag.PULSE_ABOVE_RANGE,)),
        ("1000", (Flag.PULSE_BELOW_RANGE,)),
        ("1800", ()),  # 3 of the two bits is reserved
        ("2000", (Flag.IMPROPER_POSITION,)),
        ("C0FF", ()),  # all the reserved bits
        ("2500", (Flag.BODY_MOVEMENT, Flag.IRREGULAR_PULSE, Flag.IMPROPER_POSITION)),
    ],
)
def test_status_bits_have_names(status: str, flags: tuple[Flag, ...]) -> None:
    assert decode_blood_pressure(bytes.fromhex("10" + PRESSURES + status)).flags == flags


@pytest.mark.parametrize(
    ("bits", "reason"),
    [
        ("FF07", AbsentReason.NOT_A_NUMBER),
        ("0008", AbsentReason.NOT_AT_THIS_RESOLUTION),
        ("FE07", AbsentReason.ABOVE_RANGE),
        ("0208", AbsentReason.BELOW_RANGE),
        ("0108", AbsentReason.RESERVED),
    ],
)
def test_what_is_no_number_is_absent_with_its_reason(bits: str, reason: AbsentReason) -> None:
    for flags in ("00", "01"):
        measurement = decode_blood_pressure(bytes.fromhex(flags + bits + "5500 6400"))
        assert Vital.SYSTOLIC_BP not in measurement.values
        assert Vital.SYSTOLIC_BP not in measurement.original
        assert measurement.absent == {Vital.SYSTOLIC_BP: reason}


def test_the_unknown_user_is_nobody() -> None:
    assert decode_blood_pressure(bytes.fromhex("08" + PRESSURES + "FF")).user is None
    assert decode_blood_pressure(bytes.fromhex("08" + PRESSURES + "00")).user == 0


@pytest.mark.parametrize("clock", ["0000 06 0F 111100", "E807 00 0F 111100", "E807 06 00 111100"])
def test_a_date_with_unknown_parts_is_unknown(clock: str) -> None:
    assert decode_blood_pressure(bytes.fromhex("02" + PRESSURES + clock)).device_clock is None


@pytest.mark.parametrize(
    "clock",
    [
        "2D06 06 0F 111100",  # 1581
        "E807 0D 0F 111100",
        "E807 06 20 111100",
        "E707 02 1D 111100",  # 29 February of a year without one
        "E807 06 0F 181100",
        "E807 06 0F 113C00",
        "E807 06 0F 11113C",
    ],
)
def test_a_time_that_no_calendar_has_takes_no_value_along(clock: str) -> None:
    measurement = decode_blood_pressure(bytes.fromhex("0E" + PRESSURES + clock + "4800 02"))
    assert len(measurement.values) == 4
    assert (measurement.device_clock, measurement.user) == (None, 2)
    assert measurement.flags == (Flag.TIME_FAULT,)


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ("", "byte 0: expected flags (1 byte), 0 left"),
        ("00 8A00 5500 64", "byte 5: expected mean arterial pressure (2 bytes), 1 left"),
        ("02" + PRESSURES + "E807", "byte 7: expected time stamp (7 bytes), 2 left"),
        ("04" + PRESSURES + "48", "byte 7: expected pulse rate (2 bytes), 1 left"),
        ("08" + PRESSURES, "byte 7: expected user (1 byte), 0 left"),
        ("10" + PRESSURES, "byte 7: expected measurement status (2 bytes), 0 left"),
        ("00" + PRESSURES + "48 00", "byte 7: expected the end, 2 left that no flag announces"),
    ],
)
def test_an_error_says_at_which_byte_and_what_was_expected(payload: str, message: str) -> None:
    with pytest.raises(DecodeError) as error:
        decode_blood_pressure(bytes.fromhex(payload))
    assert str(error.value) == message


def test_an_intermediate_pressure_is_recognised_and_no_reading() -> None:
    value = decode_intermediate_cuff_pressure(bytes.fromhex("08 9600 FF07 FF07 02"))
    assert value == IntermediateCuffPressure(pressure_mmhg=150.0, device_clock=None, user=2)
