"""When something was measured, told from a device's clock, which lies, and the hub's, which was there.

Pure: every time is a parameter. Device clocks are without a zone, as devices give them; hub times are aware.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

CORRECTED_BEYOND = timedelta(minutes=2)
"""A device clock this near to the hub's is believed: it is set by hand, to the minute, and drifts."""


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


def _newest_before(local: datetime, latest: datetime, zone: tzinfo) -> datetime:
    """`local` in `zone`. An hour that the end of summer time repeats is the newest that has already been."""
    either = sorted(local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return either[1] if either[1] <= latest else either[0]
