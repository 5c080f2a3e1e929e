"""When something was measured, told from a device's clock, which lies, and the hub's, which was there.

Pure: every time is a parameter. Device clocks are without a zone, as devices give them; hub times are aware.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

CORRECTED_BEYOND = timedelta(minutes=2)
"""A device clock this near to the hub's is believed: it is set by hand, to the minute, and drifts."""


@dataclass(frozen=True)
class ClockSetting:
    """That a hub set a device's clock: when, how wrong it had been, and the last record of before."""

    set_at: datetime
    offset: timedelta  # of the old clock: device minus hub
    last_sequence: int | None = None


def offset(device_now: datetime, hub_now: datetime, zone: tzinfo) -> timedelta:
    """Device clock minus hub clock, both read at the same time (coincident time)."""
    return device_now - hub_now.astimezone(zone).replace(tzinfo=None)


def measured_at(
    device_clock: datetime | None, captured_at: datetime, device_offset: timedelta | None, zone: tzinfo
) -> datetime:
    """When it was measured, in UTC: by the device's clock, corrected where that is known to be wrong.

    Never later than `captured_at`, which is also the answer for a device without a clock.
    """
    captured_at = captured_at.astimezone(UTC)
    if device_clock is None:
        return captured_at
    try:
        if device_offset is not None and abs(device_offset) > CORRECTED_BEYOND:
            device_clock -= device_offset
        return min(_newest_before(device_clock, captured_at, zone), captured_at)
    except OverflowError:  # the year 9999, of a clock that was never set
        return captured_at


def to_set(
    device_offset: timedelta | None, hub_now: datetime, zone: tzinfo, *, allowed: bool, hub_knows: bool
) -> datetime | None:
    """What to set a device's clock to, as the local time it shows; None to leave it alone.

    It is left alone where the policy does not allow it, by a hub that does not know the time itself, and
    where it is right to `CORRECTED_BEYOND`. To be set after the device's records were read, not before.
    """
    if not (allowed and hub_knows) or device_offset is None or abs(device_offset) <= CORRECTED_BEYOND:
        return None
    return hub_now.astimezone(zone).replace(tzinfo=None)


def offset_of_record(
    device_clock: datetime | None,
    sequence: int | None,
    now_offset: timedelta | None,
    setting: ClockSetting | None,
    zone: tzinfo,
) -> timedelta | None:
    """By how much the clock that wrote this record was wrong: `now_offset`, or that of before `setting`.

    By the sequence number where there is one. Else by the clock itself: what lies before the time it was set
    to is the old one's; what an old clock that ran ahead and the new one may both have said is the new one's.
    """
    if setting is None or device_clock is None:
        return now_offset
    if sequence is not None and setting.last_sequence is not None:
        return setting.offset if sequence <= setting.last_sequence else now_offset
    set_to = setting.set_at.astimezone(zone).replace(tzinfo=None)
    return setting.offset if device_clock < set_to - CORRECTED_BEYOND else now_offset


def _newest_before(local: datetime, latest: datetime, zone: tzinfo) -> datetime:
    """`local` in `zone`. An hour that the end of summer time repeats is the newest that has already been."""
    either = sorted(local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return either[1] if either[1] <= latest else either[0]
