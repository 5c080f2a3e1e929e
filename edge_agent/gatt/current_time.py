"""Current Time Service 1.1: Current Time (0x2A2B), read to compare clocks and written to set a device's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from edge_agent.gatt.fields import FIRST_YEAR, FieldReader

_FRACTIONS_PER_SECOND = 256
_LAST_DAY_OF_WEEK = 7
_DATE_TIME_BYTES = 7
_MANUAL_UPDATE = 1
_REASONS: Mapping[int, str] = {
    0: "manual-update",
    1: "external-reference",
    2: "time-zone-change",
    3: "daylight-saving-change",
}


@dataclass(frozen=True)
class CurrentTime:
    """A device's clock, to 1/256 s, without a zone. None: unknown. Monday is day 1."""

    clock: datetime | None
    day_of_week: int | None
    adjusted_for: tuple[str, ...]


def decode_current_time(payload: bytes) -> CurrentTime:
    """0x2A2B. A time that no calendar has is unknown. Raises DecodeError on a wrong length."""
    reader = FieldReader(payload)
    whole = reader.date_time("current time")
    day = reader.u8("day of week")
    fraction = timedelta(seconds=reader.u8("fractions of a second") / _FRACTIONS_PER_SECOND)
    reasons = reader.u8("adjust reason")
    reader.end()
    return CurrentTime(
        clock=whole and whole + fraction,
        day_of_week=day if 1 <= day <= _LAST_DAY_OF_WEEK else None,
        adjusted_for=tuple(name for bit, name in _REASONS.items() if reasons >> bit & 1),
    )


def decode_date_time(payload: bytes) -> datetime | None:
    """0x2A08, as some devices tell their time. None: unknown. Raises DecodeError on a wrong length."""
    reader = FieldReader(payload)
    clock = reader.date_time("date and time")
    reader.end()
    return clock


def encode_date_time(at: datetime) -> bytes:
    """What to write to 0x2A08 so that a device shows `at`. Raises ValueError before 1582."""
    return encode_current_time(at)[:_DATE_TIME_BYTES]


def encode_current_time(at: datetime) -> bytes:
    """What to write to 0x2A2B so that a device shows `at`, in any zone. Raises ValueError before 1582."""
    if at.year < FIRST_YEAR:
        raise ValueError(f"a device's clock starts in {FIRST_YEAR}")
    fraction = min(round(at.microsecond * _FRACTIONS_PER_SECOND / 1_000_000), _FRACTIONS_PER_SECOND - 1)
    date_and_time = (at.month, at.day, at.hour, at.minute, at.second)
    return at.year.to_bytes(2, "little") + bytes((*date_and_time, at.isoweekday(), fraction, _MANUAL_UPDATE))
