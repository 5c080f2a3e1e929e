"""Reading a characteristic value field by field. All characteristics are little-endian.

Bits and codes that are reserved for future use are ignored, as the Core Specification asks of a receiver:
real cuffs set them (Beurer's BM85 does). A byte that no flag announces is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from edge_agent.gatt.measurement import DecodeError
from edge_agent.gatt.numbers import Number, float32, sfloat
from edge_agent.wire.codes import Flag

FIRST_YEAR = 1582  # of Date Time (0x2A08): the Gregorian calendar
_ERASED = b"\xff" * 7  # what memory holds that was never written: of no clock that runs
UNKNOWN_USER = 0xFF  # GATT Specification Supplement: "unknown user" in 0x2A35, 0x2A9C and 0x2A9D


class FieldReader:
    """A position in a payload. Errors name the byte and what was expected there, never what was found."""

    def __init__(self, payload: bytes) -> None:
        self._payload = bytes(payload)
        self._at = 0
        self.time_flags: tuple[Flag, ...] = ()  # what a time stamp that was read puts in doubt

    @property
    def remaining(self) -> int:
        """How many bytes are left."""
        return len(self._payload) - self._at

    def take(self, size: int, name: str) -> bytes:
        """The next `size` bytes. Raises DecodeError where the payload ends before."""
        if size > self.remaining:
            unit = "byte" if size == 1 else "bytes"
            raise DecodeError(f"byte {self._at}: expected {name} ({size} {unit}), {self.remaining} left")
        self._at += size
        return self._payload[self._at - size : self._at]

    def u8(self, name: str) -> int:
        return self.take(1, name)[0]

    def u16(self, name: str) -> int:
        return int.from_bytes(self.take(2, name), "little")

    def u24(self, name: str) -> int:
        return int.from_bytes(self.take(3, name), "little")

    def s16(self, name: str) -> int:
        return int.from_bytes(self.take(2, name), "little", signed=True)

    def sfloat(self, name: str) -> Number:
        return sfloat(self.u16(name))

    def float32(self, name: str) -> Number:
        return float32(int.from_bytes(self.take(4, name), "little"))

    def user(self) -> int | None:
        """The device's user slot; None for the slot that means "unknown user"."""
        slot = self.u8("user")
        return None if slot == UNKNOWN_USER else slot

    def date_time(self, name: str) -> datetime | None:
        """Date Time (0x2A08, GATT Specification Supplement): None where year, month or day is 0, unknown.

        Also where nothing was ever written, and where no calendar has such a time: that is in `time_flags`,
        and takes no value along.
        """
        raw = self.take(7, name)
        year = int.from_bytes(raw[:2], "little")
        if 0 in (year, *raw[2:4]) or raw == _ERASED:
            return None
        at = _calendar_time(year, raw[2:])
        if at is None:
            self.time_flags = (Flag.TIME_FAULT,)
        return at

    def wrong(self, size: int, expected: str) -> DecodeError:
        """The error for the last `size` bytes that were read."""
        return DecodeError(f"byte {self._at - size}: expected {expected}")

    def end(self) -> None:
        """Raises DecodeError if bytes are left that no flag announced."""
        if self.remaining:
            raise DecodeError(
                f"byte {self._at}: expected the end, {self.remaining} left that no flag announces"
            )


def _calendar_time(year: int, rest: bytes) -> datetime | None:
    """The time, without a zone; None where no calendar has it."""
    month, day, hour, minute, second = rest
    try:
        at = datetime.combine(date(year, month, day), time(hour, minute, second))
    except ValueError:
        return None
    return at if year >= FIRST_YEAR else None


def named_flags(bits: int, names: Mapping[int, Flag]) -> tuple[Flag, ...]:
    """The flags of the bits that are set, each once. A bit without a name is ignored."""
    return tuple(dict.fromkeys(flag for bit, flag in names.items() if bits >> bit & 1))
