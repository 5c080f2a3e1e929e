"""Mending what some devices send wrongly: bytes in, bytes out, before they are decoded.

A repair changes nothing but the exact fault that was seen, so that a device whose maker has mended it is
read as it is. The bytes that the device sent are kept with the reading in any case.
"""

from __future__ import annotations

from collections.abc import Callable

Repair = Callable[[int, bytes], bytes]
"""A characteristic's 16-bit number and its value, to the value as it should have been."""

_BLOOD_PRESSURE = 0x2A35
_TIME, _PULSE, _USER, _STATUS = 1 << 1, 1 << 2, 1 << 3, 1 << 4
_ALL_BUT_USER = _TIME | _PULSE | _STATUS
_WITH_USER_LENGTH = 19  # flags, 3 pressures, time, pulse, user, status
_MEAN, _PULSE_RATE, _MEASUREMENT_STATUS = slice(5, 7), slice(14, 16), slice(17, 19)
_ZERO, _NOT_A_NUMBER = b"\x00\x00", b"\xff\x07"  # SFLOAT (IEEE 11073-20601)


def as_it_is(_: int, value: bytes) -> bytes:
    """Nothing to mend."""
    return value


def beurer_user_and_pulse(characteristic: int, value: bytes) -> bytes:
    """A user byte that no flag announces, pulse and status with the high byte first, 0 for no mean."""
    if characteristic != _BLOOD_PRESSURE or len(value) != _WITH_USER_LENGTH:
        return value
    if value[0] & (_ALL_BUT_USER | _USER) != _ALL_BUT_USER:
        return value
    mended = bytearray(value)
    mended[0] |= _USER
    for field in (_PULSE_RATE, _MEASUREMENT_STATUS):
        mended[field] = mended[field][::-1]
    if mended[_MEAN] == _ZERO:
        mended[_MEAN] = _NOT_A_NUMBER
    return bytes(mended)
