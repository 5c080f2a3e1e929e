"""SFLOAT and FLOAT against a plain reading of IEEE 11073-20601, annex F."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.gatt.numbers import Number, as_float, float32, sfloat, times_ten_to
from edge_agent.wire.codes import AbsentReason
from tests.examples import examples

SPECIALS = {
    "+INF": AbsentReason.ABOVE_RANGE,
    "NaN": AbsentReason.NOT_A_NUMBER,
    "NRes": AbsentReason.NOT_AT_THIS_RESOLUTION,
    "reserved": AbsentReason.RESERVED,
    "-INF": AbsentReason.BELOW_RANGE,
}


def plainly(bits: int, mantissa_bits: int, exponent_bits: int) -> float | str:
    """The standard, word by word: special patterns, then mantissa times ten to the exponent."""
    largest = 2 ** (mantissa_bits - 1)
    for offset, name in zip((-2, -1, 0, 1, 2), SPECIALS, strict=True):
        if bits == largest + offset:
            return name
    exponent, mantissa = divmod(bits, 2**mantissa_bits)
    if exponent >= 2 ** (exponent_bits - 1):
        exponent -= 2**exponent_bits
    if mantissa >= largest:
        mantissa -= 2**mantissa_bits
    value = Fraction(mantissa)
    for _ in range(abs(exponent)):
        value = value * 10 if exponent > 0 else value / 10
    return float(value)


def said(number: Number) -> float | AbsentReason:
    return number if isinstance(number, AbsentReason) else float(number)


def expected(bits: int, mantissa_bits: int, exponent_bits: int) -> float | AbsentReason:
    plain = plainly(bits, mantissa_bits, exponent_bits)
    return SPECIALS[plain] if isinstance(plain, str) else plain


def test_every_sfloat_there_is() -> None:
    wrong = [bits for bits in range(65536) if said(sfloat(bits)) != expected(bits, 12, 4)]
    assert wrong == []


@examples(2000)
@given(st.integers(0, 2**32 - 1) | st.integers(0x7FFF00, 0x800100))
def test_floats_of_32_bits(bits: int) -> None:
    assert said(float32(bits)) == expected(bits, 24, 8)


@pytest.mark.parametrize(
    ("bits", "value"),
    [
        (0xF4F6, 127.0),  # a cuff's 127.0 mmHg
        (0xB06F, 0.00111),  # a meter's 111 mg/dL, in kg/L
        (0xF800, -204.8),  # special only where the exponent is 0
        (0x17FF, 20470.0),
    ],
)
def test_sfloats_known_from_elsewhere(bits: int, value: float) -> None:
    assert said(sfloat(bits)) == value


@pytest.mark.parametrize(
    ("bits", "value"),
    [
        (0xFF00016C, 36.4),  # a thermometer maker's documentation (Stack Overflow, question 60841331)
        (0xFE000D97, 34.79),  # the same
        (0xFE000E71, 36.97),  # that thermometer, showing 98.5 degF
    ],
)
def test_floats_known_from_elsewhere(bits: int, value: float) -> None:
    assert said(float32(bits)) == value


def test_scaling_is_exact_and_leaves_the_absent_alone() -> None:
    assert times_ten_to(5, Decimal("0.00111")) == Decimal(111)
    assert times_ten_to(5, AbsentReason.BELOW_RANGE) is AbsentReason.BELOW_RANGE
    assert as_float(AbsentReason.BELOW_RANGE) is None
