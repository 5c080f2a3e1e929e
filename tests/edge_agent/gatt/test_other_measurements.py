"""0x2A9D, 0x2A9C, 0x2A1C, 0x2A5E and 0x2A37, field by field as their services order them."""

from __future__ import annotations

from datetime import datetime

import pytest

from edge_agent.gatt.body_composition import decode_body_composition
from edge_agent.gatt.heart_rate import decode_heart_rate
from edge_agent.gatt.measurement import DecodeError
from edge_agent.gatt.oximeter import decode_spot_check
from edge_agent.gatt.thermometer import decode_temperature
from edge_agent.gatt.weight import decode_weight
from edge_agent.wire.codes import AbsentReason, Flag, is_of_a_patient
from edge_agent.wire.messages import Quantity
from edge_agent.wire.vitals import Vital


def test_a_weight_in_steps_of_5_grams() -> None:
    measurement = decode_weight(bytes.fromhex("00 C840"))
    assert measurement.values == {Vital.BODY_WEIGHT: 82.92}  # 16,584 x 0.005
    assert measurement.original == {}


def test_pounds_become_kilograms_and_are_kept() -> None:
    """180.00 lb; by hand, times 0.45359237 is 81.647 kg. Height in tenths of an inch."""
    measurement = decode_weight(bytes.fromhex("09 5046 F000 BC02"))
    assert measurement.values == {Vital.BODY_WEIGHT: 81.647}
    assert measurement.original == {Vital.BODY_WEIGHT: Quantity(value=180.0, unit="[lb_av]")}
    assert measurement.also == {
        "body_mass_index": Quantity(value=24.0, unit="kg/m2"),
        "height": Quantity(value=70.0, unit="[in_i]"),
    }


@pytest.mark.parametrize("flags", ["00", "01"])
def test_an_unsuccessful_weighing_has_no_weight(flags: str) -> None:
    measurement = decode_weight(bytes.fromhex(flags + "FFFF"))
    assert (measurement.values, measurement.original) == ({}, {})
    assert measurement.absent == {Vital.BODY_WEIGHT: AbsentReason.UNSUCCESSFUL}


def test_a_body_composition_with_everything_in_it() -> None:
    measurement = decode_body_composition(
        bytes.fromhex("FE1F 0E01 E807060F11111B 02 401F 7901 1027 C02F 282D 8822 C012 C840 4207")
    )
    assert measurement.values == {Vital.BODY_FAT: 27.0, Vital.BODY_WEIGHT: 82.92}
    assert (measurement.user, measurement.more_follows) == (2, True)
    assert measurement.device_clock == datetime.fromisoformat("2024-06-15T17:17:27")
    assert {name: (quantity.value, quantity.unit) for name, quantity in measurement.also.items()} == {
        "basal_metabolism": (8000.0, "kJ"),
        "muscle_percentage": (37.7, "%"),
        "muscle_mass": (50.0, "kg"),
        "fat_free_mass": (61.12, "kg"),
        "soft_lean_mass": (57.8, "kg"),
        "body_water_mass": (44.2, "kg"),
        "impedance": (480.0, "Ohm"),
        "height": (1.858, "m"),
    }


def test_an_unsuccessful_body_composition_says_so() -> None:
    measurement = decode_body_composition(bytes.fromhex("0000 FFFF"))
    assert measurement.absent == {Vital.BODY_FAT: AbsentReason.UNSUCCESSFUL}


def test_a_temperature_in_celsius_with_time_and_place() -> None:
    measurement = decode_temperature(bytes.fromhex("06 6C0100FF E807060F11111B 03"))
    assert measurement.values == {Vital.BODY_TEMPERATURE: 36.4}
    assert measurement.device_clock == datetime.fromisoformat("2024-06-15T17:17:27")
    assert measurement.site == "ear"


def test_fahrenheit_becomes_celsius_and_is_kept() -> None:
    measurement = decode_temperature(bytes.fromhex("01 DA0300FF"))  # 98.6
    assert measurement.values == {Vital.BODY_TEMPERATURE: 37.0}
    assert measurement.original == {Vital.BODY_TEMPERATURE: Quantity(value=98.6, unit="[degF]")}


def test_a_temperature_beyond_the_thermometer_is_absent() -> None:
    measurement = decode_temperature(bytes.fromhex("00 FEFF7F00"))
    assert measurement.absent == {Vital.BODY_TEMPERATURE: AbsentReason.ABOVE_RANGE}


@pytest.mark.parametrize(
    ("bit", "flags"),
    [
        (5, (Flag.MEASUREMENT_ONGOING,)),
        (6, (Flag.EARLY_ESTIMATE,)),
        (7, ()),
        (8, ()),
        (9, ()),
        (12, (Flag.CALIBRATION_ONGOING,)),
        (14, (Flag.QUESTIONABLE_MEASUREMENT,)),
    ],
)
def test_oximeter_measurement_status(bit: int, flags: tuple[Flag, ...]) -> None:
    status = (1 << bit).to_bytes(2, "little")
    measurement = decode_spot_check(bytes.fromhex("02 6100 4800") + status)
    assert measurement.values == {Vital.SPO2: 97.0, Vital.PULSE_RATE: 72.0}
    assert measurement.flags == flags


@pytest.mark.parametrize(
    ("bits", "flags"),
    [
        ("020000", (Flag.GENERAL_DEVICE_FAULT,)),
        (
            "DC0000",
            (Flag.POOR_SIGNAL,),
        ),  # irregular, inadequate, poor, erratic, nonpulsatile
        ("200000", (Flag.LOW_PERFUSION,)),
        ("000100", (Flag.QUESTIONABLE_MEASUREMENT,)),
        ("00A800", (Flag.SENSOR_OFF_BODY,)),
        ("001000", (Flag.SENSOR_UNKNOWN,)),
        ("004000", (Flag.SENSOR_MALFUNCTION,)),
        ("0106FF", ()),
    ],
)
def test_oximeter_sensor_status(bits: str, flags: tuple[Flag, ...]) -> None:
    assert decode_spot_check(bytes.fromhex("04 6100 4800" + bits)).flags == flags


@pytest.mark.parametrize("status", ["0020", "0080"])  # unavailable, invalid
def test_what_an_oximeter_calls_invalid_is_absent(status: str) -> None:
    measurement = decode_spot_check(bytes.fromhex("02 5200 FF07" + status))
    assert measurement.values == {}
    assert measurement.absent == {
        Vital.SPO2: AbsentReason.UNSUCCESSFUL,
        Vital.PULSE_RATE: AbsentReason.NOT_A_NUMBER,
    }


@pytest.mark.parametrize("status", ["0004", "0008"])  # demonstration, testing
def test_demonstration_data_is_no_patients_reading(status: str) -> None:
    measurement = decode_spot_check(bytes.fromhex("02 5200 4800" + status))
    assert measurement.values == {Vital.SPO2: 82.0, Vital.PULSE_RATE: 72.0}
    assert measurement.flags == (Flag.DEMONSTRATION_DATA,)
    assert not is_of_a_patient(measurement.flags)


def test_an_oximeter_with_a_clock_and_a_pulse_amplitude() -> None:
    measurement = decode_spot_check(bytes.fromhex("09 D1F3 4800 E807060F11111B 17F0"))
    assert measurement.values[Vital.SPO2] == 97.7
    assert measurement.device_clock == datetime.fromisoformat("2024-06-15T17:17:27")
    assert measurement.also == {"pulse_amplitude_index": Quantity(value=2.3, unit="%")}


def test_a_heart_rate_in_16_bits_with_energy_and_intervals() -> None:
    measurement = decode_heart_rate(bytes.fromhex("19 2C01 E803 0004 0002"))
    assert measurement.values == {Vital.PULSE_RATE: 300.0}
    assert measurement.also == {"energy_expended": Quantity(value=1000.0, unit="kJ")}
    assert measurement.rr_intervals_s == (1.0, 0.5)


@pytest.mark.parametrize(("flags", "off"), [("00", False), ("02", False), ("04", True), ("06", False)])
def test_a_strap_is_off_only_where_it_can_tell(flags: str, off: bool) -> None:
    measurement = decode_heart_rate(bytes.fromhex(flags + "48"))
    assert (Flag.SENSOR_OFF_BODY in measurement.flags) is off


def test_half_an_interval_is_refused() -> None:
    with pytest.raises(DecodeError, match=r"^byte 4: expected RR interval \(2 bytes\), 1 left$"):
        decode_heart_rate(bytes.fromhex("10 48 0004 00"))
