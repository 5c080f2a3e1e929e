"""Whatever the bytes are: an answer or a DecodeError, and nothing that the bytes do not say."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.gatt.characteristics import CHARACTERISTICS, Decoded, decode
from edge_agent.gatt.measurement import DecodeError, Measurement
from edge_agent.wire.messages import Quantity
from edge_agent.wire.vitals import Vital
from tests.examples import examples

thorough = examples(300)


class Layout(NamedTuple):
    """Bytes that are always there after the flags, and what each flag adds, as the specification orders them.

    "t" is a Date Time; a number is that many bytes of anything.
    """

    flag_bytes: int
    before: tuple[int | str, ...]
    optional: tuple[tuple[int, int | str], ...]


LAYOUTS = {
    0x2A35: Layout(1, (6,), ((1, "t"), (2, 2), (3, 1), (4, 2))),
    0x2A36: Layout(1, (6,), ((1, "t"), (2, 2), (3, 1), (4, 2))),
    0x2A9D: Layout(1, (2,), ((1, "t"), (2, 1), (3, 4))),
    0x2A9C: Layout(2, (2,), ((1, "t"), (2, 1), *((bit, 2) for bit in range(3, 12)))),
    0x2A18: Layout(1, (2, "t"), ((0, 2), (1, 3), (3, 2))),
    0x2A34: Layout(1, (2,), ((7, 1), (0, 3), (1, 1), (2, 1), (3, 3), (4, 3), (6, 2))),
    0x2A1C: Layout(1, (4,), ((1, "t"), (2, 1))),
    0x2A5E: Layout(1, (4,), ((0, "t"), (1, 2), (2, 3), (3, 2))),
}


def answer_or_refusal(characteristic: int, payload: bytes) -> Decoded | str:
    try:
        return decode(characteristic, payload)
    except DecodeError as error:
        return str(error)


def packed(clock: datetime) -> bytes:
    return clock.year.to_bytes(2, "little") + bytes(
        (clock.month, clock.day, clock.hour, clock.minute, clock.second)
    )


clocks = st.datetimes(datetime.fromisoformat("1582-12-01"), datetime.fromisoformat("9999-11-01"))
date_times = clocks.map(packed) | st.just(bytes(7))


@st.composite
def well_formed(draw: Callable[..., object], characteristic: int) -> bytes:
    """Random flags, reserved ones too, followed by exactly what they announce."""
    layout = LAYOUTS[characteristic]
    flags = draw(st.integers(0, 256**layout.flag_bytes - 1))
    assert isinstance(flags, int)
    fields = [*layout.before, *(field for bit, field in layout.optional if flags >> bit & 1)]
    payload = flags.to_bytes(layout.flag_bytes, "little")
    for field in fields:
        part = draw(date_times if field == "t" else st.binary(min_size=int(field), max_size=int(field)))
        assert isinstance(part, bytes)
        payload += part
    return payload


payloads = st.sampled_from(sorted(LAYOUTS)).flatmap(
    lambda characteristic: st.tuples(st.just(characteristic), well_formed(characteristic))
)


@pytest.mark.parametrize("characteristic", sorted(CHARACTERISTICS), ids="{:04X}".format)
@thorough
@given(payload=st.binary(max_size=30))
def test_any_bytes_give_an_answer_or_a_decode_error(characteristic: int, payload: bytes) -> None:
    answer = answer_or_refusal(characteristic, payload)
    if isinstance(answer, str):
        assert re.match(r"byte \d+: expected [^\n]+$", answer)


@thorough
@given(payloads)
def test_a_value_is_as_long_as_its_flags_say_and_no_byte_more_or_less(case: tuple[int, bytes]) -> None:
    characteristic, payload = case
    decode(characteristic, payload)
    with pytest.raises(DecodeError, match=f"^byte {len(payload)}: expected the end"):
        decode(characteristic, payload + b"\0")
    for shorter in range(len(payload)):
        with pytest.raises(DecodeError):
            decode(characteristic, payload[:shorter])


@thorough
@given(payloads)
def test_every_number_is_finite_and_no_vital_is_both_measured_and_absent(case: tuple[int, bytes]) -> None:
    measurement = decode(*case)
    if not isinstance(measurement, Measurement):
        return
    assert all(math.isfinite(value) for value in measurement.values.values())
    assert not measurement.values.keys() & measurement.absent.keys()
    assert measurement.original.keys() <= measurement.values.keys()
    assert len(set(measurement.flags)) == len(measurement.flags)
    assert measurement.device_clock is None or measurement.device_clock.tzinfo is None


@thorough
@given(payloads)
def test_nothing_is_said_whose_flag_is_not_set(case: tuple[int, bytes]) -> None:
    characteristic, payload = case
    measurement = decode(characteristic, payload)
    if not isinstance(measurement, Measurement):
        return
    flags = int.from_bytes(payload[: LAYOUTS[characteristic].flag_bytes], "little")
    vitals = measurement.values.keys() | measurement.absent.keys()
    clock_bit = {0x2A35: 1, 0x2A9D: 1, 0x2A9C: 1, 0x2A1C: 1, 0x2A5E: 0}.get(characteristic)
    if clock_bit is not None and not flags >> clock_bit & 1:
        assert measurement.device_clock is None
    user_bit = {0x2A35: 3, 0x2A9D: 2, 0x2A9C: 2}.get(characteristic)
    if user_bit is None or not flags >> user_bit & 1:
        assert measurement.user is None
    if characteristic == 0x2A35:
        assert (Vital.PULSE_RATE in vitals) == bool(flags & 4)
        assert flags & 16 or not measurement.flags
    if characteristic == 0x2A18 and not flags & 2:
        assert measurement.values == {}
        assert (measurement.site, measurement.specimen) == (None, None)
    if characteristic == 0x2A9C:
        assert (Vital.BODY_WEIGHT in vitals) == bool(flags & 1024)
    if characteristic == 0x2A9D:
        assert ("height" in measurement.also) == bool(flags & 8)
    if characteristic not in (0x2A18, 0x2A5E):
        imperial = bool(flags & 1)
        assert imperial or not measurement.original


@thorough
@given(payloads)
def test_what_a_decoder_says_fits_into_the_contract(case: tuple[int, bytes]) -> None:
    measurement = decode(*case)
    if isinstance(measurement, Measurement):
        for vital, value in measurement.values.items():
            Quantity(value=value, unit=vital.unit)
        assert measurement.sequence is None or 0 <= measurement.sequence <= 65535
        assert measurement.user is None or 0 <= measurement.user < 255
        assert all(0 <= flag.value <= 30 for flag in measurement.flags)


SEEDS = {
    0x2A35: "1E7C0056006100E807060F11111B3300010000",
    0x2A18: "1B0F00E807011E053A1B53016FB0F80000",
    0x2A9D: "0EF22FE507071715211F02D400A406",
    0x2A5E: "1761006000E10701010122132000200000",
    0x2A34: "DF070000022DD0024108073C0108A04BF0",
    0x2A2B: "ea07050c12352b021101",
}


@pytest.mark.parametrize("characteristic", SEEDS, ids="{:04X}".format)
def test_any_two_bits_bent_give_an_answer_or_a_decode_error(characteristic: int) -> None:
    payload = bytes.fromhex(SEEDS[characteristic])
    whole = int.from_bytes(payload)
    refused = answered = 0
    for first, second in itertools.combinations_with_replacement(range(8 * len(payload)), 2):
        bent = (whole ^ (1 << first | 1 << second)).to_bytes(len(payload))
        if isinstance(answer_or_refusal(characteristic, bent), str):
            refused += 1
        else:
            answered += 1
    assert bool(refused) == (characteristic != 0x2A2B)  # nothing in it says how long it is
    assert answered
