"""The medical numbers SFLOAT (16 bits) and FLOAT (32 bits) of IEEE 11073-20601, annex F.

Both are mantissa x 10^exponent, so they become `Decimal`: exact, and 138.0 stays 138.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from edge_agent.wire.codes import AbsentReason

Number = Decimal | AbsentReason
"""A number, or why there is none."""

_SFLOAT_SPECIALS: Mapping[int, AbsentReason] = {
    0x07FE: AbsentReason.ABOVE_RANGE,
    0x07FF: AbsentReason.NOT_A_NUMBER,
    0x0800: AbsentReason.NOT_AT_THIS_RESOLUTION,
    0x0801: AbsentReason.RESERVED,
    0x0802: AbsentReason.BELOW_RANGE,
}
_FLOAT_SPECIALS: Mapping[int, AbsentReason] = {
    0x007FFFFE: AbsentReason.ABOVE_RANGE,
    0x007FFFFF: AbsentReason.NOT_A_NUMBER,
    0x00800000: AbsentReason.NOT_AT_THIS_RESOLUTION,
    0x00800001: AbsentReason.RESERVED,
    0x00800002: AbsentReason.BELOW_RANGE,
}


def sfloat(bits: int) -> Number:
    """A 4-bit exponent above a 12-bit mantissa, in two's complement. Specials are whole 16-bit patterns."""
    if bits in _SFLOAT_SPECIALS:
        return _SFLOAT_SPECIALS[bits]
    return Decimal(_signed(bits & 0xFFF, 12)).scaleb(_signed(bits >> 12, 4))


def float32(bits: int) -> Number:
    """An 8-bit exponent above a 24-bit mantissa, in two's complement. Specials are whole 32-bit patterns."""
    if bits in _FLOAT_SPECIALS:
        return _FLOAT_SPECIALS[bits]
    return Decimal(_signed(bits & 0xFFFFFF, 24)).scaleb(_signed(bits >> 24, 8))


def times_ten_to(exponent: int, number: Number) -> Number:
    """`number` x 10^`exponent`, exactly."""
    return number if isinstance(number, AbsentReason) else number.scaleb(exponent)


def as_float(number: Number) -> float | None:
    """The number, or None where there is none."""
    return None if isinstance(number, AbsentReason) else float(number)


def _signed(bits: int, width: int) -> int:
    return bits - (1 << width) if bits >> (width - 1) else bits
