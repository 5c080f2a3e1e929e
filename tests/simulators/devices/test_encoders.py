"""The devices' bytes, against bytes worked out by hand from the specifications, and the hub's decoders.

The decoders were written by others from the same texts: where both agree, both have read them alike.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from edge_agent.gatt.blood_pressure import decode_blood_pressure
from edge_agent.gatt.glucose import decode_glucose
from edge_agent.gatt.weight import decode_weight
from edge_agent.wire.vitals import Vital
from simulators.devices import encoders
from simulators.devices.values import BloodPressure, Glucose, Meal, Weight

CLOCK = datetime(2024, 6, 15, 17, 17, 27, 500_000, UTC).replace(tzinfo=None)
CLOCK_BYTES = "e8 07 06 0f 11 11 1b"  # 2024 is 0x07E8


def hexadecimal(text: str) -> bytes:
    return bytes.fromhex(text)


@pytest.mark.parametrize(
    ("mantissa", "exponent", "expected"),
    [
        (114, 0, "72 00"),  # IEEE 11073-20601, Annex F.8: 0x0072
        (364, -1, "6c f1"),  # 36.4: exponent 0xF, mantissa 0x16C
        (-1, 0, "ff 0f"),
        (2045, 7, "fd 77"),
        (-2045, -8, "03 88"),
    ],
)
def test_sfloat(mantissa: int, exponent: int, expected: str) -> None:
    assert encoders.sfloat(mantissa, exponent) == hexadecimal(expected)


@pytest.mark.parametrize(("mantissa", "exponent"), [(2046, 0), (-2046, 0), (1, 8), (1, -9)])
def test_an_sfloat_never_comes_out_as_a_special_value(mantissa: int, exponent: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encoders.sfloat(mantissa, exponent)


@pytest.mark.parametrize(
    ("values", "clock", "expected"),
    [
        (BloodPressure(138, 86, 71), CLOCK, f"16 8a00 5600 6700 {CLOCK_BYTES} 4700 0000"),
        (BloodPressure(138, 86, 71, user=1), CLOCK, f"1e 8a00 5600 6700 {CLOCK_BYTES} 4700 01 0000"),
        (BloodPressure(138, 86, 71), None, "14 8a00 5600 6700 4700 0000"),
    ],
)
def test_blood_pressure(values: BloodPressure, clock: datetime | None, expected: str) -> None:
    payload = encoders.blood_pressure(values, clock)
    assert payload == hexadecimal(expected)
    decoded = decode_blood_pressure(payload)
    assert decoded.values == {
        Vital.SYSTOLIC_BP: 138,
        Vital.DIASTOLIC_BP: 86,
        Vital.MEAN_ARTERIAL_PRESSURE: 103,
        Vital.PULSE_RATE: 71,
    }
    assert decoded.user == values.user
    assert decoded.device_clock == (clock.replace(microsecond=0) if clock else None)


@pytest.mark.parametrize(
    ("values", "clock", "expected"),
    [
        (Weight(82.4), CLOCK, f"02 6040 {CLOCK_BYTES}"),  # 16,480 steps of 5 g
        (Weight(82.4, user=2), CLOCK, f"06 6040 {CLOCK_BYTES} 02"),
        (Weight(82.4), None, "00 6040"),
    ],
)
def test_weight(values: Weight, clock: datetime | None, expected: str) -> None:
    payload = encoders.weight(values, clock)
    assert payload == hexadecimal(expected)
    decoded = decode_weight(payload)
    assert decoded.values == {Vital.BODY_WEIGHT: 82.4}
    assert decoded.user == values.user


@pytest.mark.parametrize("kg", [-0.1, 327.675])
def test_a_weight_never_comes_out_as_a_failed_one(kg: float) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encoders.weight(Weight(kg), CLOCK)


def test_glucose_and_its_context() -> None:
    # flags: type and location, status, context follows; 126 x 10^-5 kg/L; capillary whole blood, finger
    payload = encoders.glucose(Glucose(126, Meal.FASTING), CLOCK, sequence=515)
    assert payload == hexadecimal(f"1a 0302 {CLOCK_BYTES} 7eb0 11 0000")
    decoded = decode_glucose(payload)
    assert (decoded.sequence, decoded.values) == (515, {Vital.BLOOD_GLUCOSE: 126})
    assert encoders.glucose(Glucose(126), CLOCK, sequence=515)[0] == 0x0A
    assert encoders.glucose_context(Meal.FASTING, sequence=515) == hexadecimal("02 0302 03")


def test_current_time() -> None:
    assert encoders.current_time(CLOCK) == hexadecimal(
        f"{CLOCK_BYTES} 06 80 00"
    )  # a Saturday, and a half second
