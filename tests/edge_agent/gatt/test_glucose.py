"""0x2A18 and 0x2A34, field by field as the Glucose Service 1.0.1 orders them."""

from __future__ import annotations

from datetime import datetime

import pytest

from edge_agent.gatt.glucose import decode_glucose
from edge_agent.gatt.glucose_context import GlucoseContext, decode_glucose_context
from edge_agent.gatt.measurement import Measurement
from edge_agent.wire.codes import AbsentReason, Flag, Meal, is_of_a_patient
from edge_agent.wire.messages import Quantity
from edge_agent.wire.vitals import Vital

TIME = "E807 06 0F 11111B"
GLUCOSE = Vital.BLOOD_GLUCOSE


def record(*, flags: int, fields: str) -> Measurement:
    """A record with sequence number 7, taken on 2024-06-15 at 17:17:27."""
    return decode_glucose(bytes([flags]) + bytes.fromhex("0700" + TIME + fields))


def test_kilograms_per_litre_are_milligrams_per_decilitre() -> None:
    measurement = record(flags=0x02, fields="6FB0 11")
    assert measurement.values == {GLUCOSE: 111.0}
    assert measurement.original == {}
    assert (measurement.sequence, measurement.site, measurement.specimen) == (
        7,
        "finger",
        "capillary-whole-blood",
    )


def test_moles_per_litre_become_milligrams_and_are_kept_as_the_meter_shows_them() -> None:
    """52 x 10^-4 mol/L is 5.2 mmol/L; by hand, times 18.0156 is 93.68 mg/dL."""
    measurement = record(flags=0x06, fields="34C0 11")
    assert measurement.values == {GLUCOSE: 93.7}
    assert measurement.original == {GLUCOSE: Quantity(value=5.2, unit="mmol/L")}


def test_every_value_that_a_meter_in_mmol_can_show_is_found_again() -> None:
    for tenths in range(1, 500):
        measurement = record(flags=0x06, fields=f"{(0xC000 | tenths).to_bytes(2, 'little').hex()}11")
        assert round(measurement.values[GLUCOSE] * 10 / 180.156, 1) == tenths / 10
        assert measurement.original[GLUCOSE].value == tenths / 10


@pytest.mark.parametrize(
    ("offset", "clock"),
    [
        ("0000", "2024-06-15T17:17:27"),
        ("3C00", "2024-06-15T18:17:27"),
        ("C4FF", "2024-06-15T16:17:27"),
        ("FF7F", "2024-07-08T11:24:27"),  # 32,767 minutes: 22 days, 18 hours, 7 minutes
    ],
)
def test_the_offset_in_minutes_is_added_to_the_base_time(offset: str, clock: str) -> None:
    assert record(flags=0x01, fields=offset).device_clock == datetime.fromisoformat(clock)


def test_an_offset_to_an_unknown_base_time_is_unknown() -> None:
    assert decode_glucose(bytes.fromhex("01 0700 0000 00 00 000000 3C00")).device_clock is None


@pytest.mark.parametrize(
    "time",
    [
        "0F27 0C 1F 173B3B 0100",  # a minute after the last year that is written with four digits
        "EA07 0D 01 071E00 3C00",  # a base time in month 13, which a meter made of the turn of the year
        "E707 02 1D 071E00 0000",
    ],
)
def test_a_time_that_no_calendar_has_takes_no_value_along(time: str) -> None:
    measurement = decode_glucose(bytes.fromhex("03 0600" + time + "28B0 11"))
    assert measurement.values == {GLUCOSE: 40.0}
    assert measurement.device_clock is None
    assert measurement.flags == (Flag.TIME_FAULT,)


def test_a_record_without_concentration_is_an_absent_value() -> None:
    measurement = record(flags=0x08, fields="0800")
    assert measurement.absent == {GLUCOSE: AbsentReason.UNSUCCESSFUL}
    assert measurement.flags == (Flag.STRIP_INSERTION_ERROR,)


@pytest.mark.parametrize(
    ("flags", "fields", "reason"),
    [
        (0x02, "FE07 11", AbsentReason.ABOVE_RANGE),  # +INFINITY
        (0x02, "0208 11", AbsentReason.BELOW_RANGE),
        (0x06, "FE07 11", AbsentReason.ABOVE_RANGE),
        (0x02, "FF07 11", AbsentReason.NOT_A_NUMBER),
        (0x02, "0008 11", AbsentReason.NOT_AT_THIS_RESOLUTION),
        (0x0A, "FF07 11 2000", AbsentReason.ABOVE_RANGE),  # "Hi" with NaN
        (0x0A, "FF07 11 4000", AbsentReason.BELOW_RANGE),
        (0x0A, "0000 11 4000", AbsentReason.BELOW_RANGE),  # "Lo" with zero
        (0x08, "2000", AbsentReason.ABOVE_RANGE),  # "Hi" without a concentration
    ],
)
def test_hi_and_lo_are_absent_and_say_which(flags: int, fields: str, reason: AbsentReason) -> None:
    measurement = record(flags=flags, fields=fields)
    assert (measurement.values, measurement.original) == ({}, {})
    assert measurement.absent == {GLUCOSE: reason}


def test_a_limit_that_the_meter_sends_with_hi_stands() -> None:
    measurement = record(flags=0x0A, fields="58B2 11 2000")  # 600 mg/dL
    assert measurement.values == {GLUCOSE: 600.0}
    assert measurement.flags == (Flag.RESULT_ABOVE_DEVICE_RANGE,)


@pytest.mark.parametrize(
    ("bit", "flag"),
    [
        (0, Flag.DEVICE_BATTERY_LOW),
        (1, Flag.SENSOR_MALFUNCTION),
        (2, Flag.SAMPLE_SIZE_INSUFFICIENT),
        (3, Flag.STRIP_INSERTION_ERROR),
        (4, Flag.STRIP_TYPE_INCORRECT),
        (5, Flag.RESULT_ABOVE_DEVICE_RANGE),
        (6, Flag.RESULT_BELOW_DEVICE_RANGE),
        (7, Flag.SENSOR_TEMPERATURE_HIGH),
        (8, Flag.SENSOR_TEMPERATURE_LOW),
        (9, Flag.READ_INTERRUPTED),
        (10, Flag.GENERAL_DEVICE_FAULT),
        (11, Flag.TIME_FAULT),
        (12, None),
        (15, None),
    ],
)
def test_status_bits_have_names(bit: int, flag: Flag | None) -> None:
    fields = "6FB0 11" + (1 << bit).to_bytes(2, "little").hex()
    assert record(flags=0x0A, fields=fields).flags == ((flag,) if flag else ())


@pytest.mark.parametrize("type_and_location", ["1A", "41", "4A"])  # by type, by location, by both
def test_a_control_solution_is_marked_as_no_patients_value(type_and_location: str) -> None:
    measurement = record(flags=0x02, fields="6FB0" + type_and_location)
    assert measurement.values == {GLUCOSE: 111.0}
    assert measurement.flags == (Flag.CONTROL_SOLUTION,)
    assert not is_of_a_patient(measurement.flags)


@pytest.mark.parametrize("sample", ["0", "B", "C", "D", "E", "F"])
def test_a_sample_of_a_reserved_type_holds_no_blood_glucose(sample: str) -> None:
    measurement = record(flags=0x06, fields="1EB0 1" + sample)
    assert (measurement.values, measurement.original) == ({}, {})
    assert measurement.absent == {GLUCOSE: AbsentReason.OTHER_ANALYTE}
    assert measurement.flags == (Flag.OTHER_ANALYTE,)


@pytest.mark.parametrize("location", ["0", "5", "E", "F"])
def test_blood_from_a_reserved_place_is_blood(location: str) -> None:
    measurement = record(flags=0x02, fields=f"6FB0 {location}1")
    assert (measurement.values, measurement.flags) == ({GLUCOSE: 111.0}, ())


def test_a_context_with_everything_in_it() -> None:
    """45 g at lunch, after the meal, self-tested under stress, half an hour at 60 %, 8 mg of insulin."""
    context = decode_glucose_context(bytes.fromhex("DF 0700 00  02 2DD0  02  41  0807 3C  01 08A0  4BF0"))
    assert context == GlucoseContext(
        sequence=7,
        carbohydrate="lunch",
        carbohydrate_g=45.0,
        meal=Meal.POSTPRANDIAL,
        tester="self",
        health="under-stress",
        exercise_s=1800,
        exercise_intensity_percent=60,
        medication="rapid-acting-insulin",
        medication_amount=Quantity(value=8.0, unit="mg"),
        hba1c_percent=7.5,
    )


def test_a_context_counts_medication_in_litres_where_its_flag_says_so() -> None:
    context = decode_glucose_context(bytes.fromhex("30 0700 04 0CD0"))
    assert context.medication == "long-acting-insulin"
    assert context.medication_amount == Quantity(value=12.0, unit="mL")


@pytest.mark.parametrize(("code", "meal"), [*enumerate(Meal, start=1), (0, None), (6, None), (255, None)])
def test_meals_by_code(code: int, meal: Meal | None) -> None:
    context = decode_glucose_context(bytes([0x02, 0x07, 0x00, code]))
    assert context.meal == meal
    assert context.marks_another_analyte == (code > 5)


def test_what_a_context_does_not_say_is_none() -> None:
    assert decode_glucose_context(bytes.fromhex("00 0700")) == GlucoseContext(sequence=7)
    assert decode_glucose_context(bytes.fromhex("5C 0700 FF FFFF 00 09 FF07 FF07")) == GlucoseContext(
        sequence=7, exercise_intensity_percent=0
    )
