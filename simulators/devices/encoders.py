"""Bytes of the characteristics that the virtual devices send, written from the GATT specifications.

All little-endian. A `clock` is the device's own time, without a zone; None leaves the time out.
"""

from __future__ import annotations

import struct
from datetime import datetime

from simulators.devices.values import BloodPressure, Glucose, Meal, Weight

# IEEE 11073-20601, Annex F.8: the mantissas 2046, 2047 and -2046 to -2048 are kept for special values
SFLOAT_MANTISSAS = range(-2045, 2046)
SFLOAT_EXPONENTS = range(-8, 8)
WEIGHT_STEPS = range(0xFFFF)  # of 5 g; 0xFFFF itself says that the measurement failed


def sfloat(mantissa: int, exponent: int = 0) -> bytes:
    """IEEE 11073-20601 SFLOAT: `mantissa` x 10^`exponent`, 12 and 4 bits, both signed. Raises ValueError."""
    if mantissa not in SFLOAT_MANTISSAS or exponent not in SFLOAT_EXPONENTS:
        raise ValueError(f"{mantissa} x 10^{exponent} does not fit an SFLOAT")
    return struct.pack("<H", (exponent & 0xF) << 12 | mantissa & 0xFFF)


def date_time(clock: datetime) -> bytes:
    """0x2A08 Date Time, 7 bytes."""
    return struct.pack("<H5B", clock.year, clock.month, clock.day, clock.hour, clock.minute, clock.second)


def current_time(clock: datetime) -> bytes:
    """0x2A2B Current Time, 10 bytes: with the day of the week, 1/256 s and no reason for an adjustment."""
    fraction = clock.microsecond * 256 // 1_000_000
    return date_time(clock) + struct.pack("<3B", clock.isoweekday(), fraction, 0)


def blood_pressure(values: BloodPressure, clock: datetime | None) -> bytes:
    """0x2A35 Blood Pressure Measurement in mmHg with pulse and status (Blood Pressure Service 1.1.1, 3.1)."""
    flags = 1 << 2 | 1 << 4
    optional = b""
    if clock is not None:
        flags |= 1 << 1
        optional += date_time(clock)
    optional += sfloat(values.pulse)
    if values.user is not None:
        flags |= 1 << 3
        optional += struct.pack("<B", values.user)
    pressures = sfloat(values.systolic) + sfloat(values.diastolic) + sfloat(values.mean)
    return struct.pack("<B", flags) + pressures + optional + struct.pack("<H", 0)


def weight(values: Weight, clock: datetime | None) -> bytes:
    """0x2A9D Weight Measurement in steps of 5 g (Weight Scale Service 1.0.1, 3.2). Raises ValueError."""
    steps = round(values.kg / 0.005)
    if steps not in WEIGHT_STEPS:
        raise ValueError(f"{values.kg} kg does not fit the 16 bits of a weight measurement")
    flags = 0
    optional = b""
    if clock is not None:
        flags |= 1 << 1
        optional += date_time(clock)
    if values.user is not None:
        flags |= 1 << 2
        optional += struct.pack("<B", values.user)
    return struct.pack("<BH", flags, steps) + optional


def glucose(values: Glucose, clock: datetime, sequence: int) -> bytes:
    """0x2A18 Glucose Measurement in kg/L, of blood from a finger (Glucose Service 1.0.1, 3.1)."""
    flags = 1 << 1 | 1 << 3
    if values.meal is not None:
        flags |= 1 << 4
    capillary_whole_blood, finger = 1, 1
    return (
        struct.pack("<BH", flags, sequence)
        + date_time(clock)
        + sfloat(values.mg_dl, -5)  # 1 mg/dL is 10^-5 kg/L
        + struct.pack("<BH", finger << 4 | capillary_whole_blood, 0)
    )


def glucose_context(meal: Meal, sequence: int) -> bytes:
    """0x2A34 Glucose Measurement Context (Glucose Service 1.0.1, 3.2), with the meal alone."""
    return struct.pack("<BHB", 1 << 1, sequence, meal)
