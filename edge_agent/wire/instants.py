"""Moments: what a clock says, and what anybody may enter. A date and a time in nobody's calendar end here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, WithJsonSchema

EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
"""No device clock is older, and each odd year would make a chunk of its own."""
CENTURY = timedelta(days=36_525)
"""What is further ahead is a slip of the finger, or meant to break something."""
BETWEEN = "expected a time from 1980 to a hundred years from now"


def latest(now: datetime) -> datetime:
    """The last moment that anybody may enter at `now`."""
    return now + CENTURY


def is_instant(at: datetime, now: datetime) -> bool:
    """Whether `at`, which has a zone, lies where a moment may lie."""
    return EARLIEST <= at <= latest(now)


def in_utc(at: datetime) -> datetime:
    """The same moment. Raises ValueError where that is in no year of four digits."""
    try:
        return at.astimezone(UTC)
    except OverflowError as error:  # which no validator expects
        raise ValueError("outside the years 1 to 9999 in UTC") from error


def entered(at: datetime) -> datetime:
    """The same moment, in UTC. Raises ValueError where nobody may enter it.

    By the machine's own clock: a type is told no time, and a century need not be right to the day.
    """
    if not is_instant(at, datetime.now(UTC)):
        raise ValueError(BETWEEN)
    return in_utc(at)


Instant = Annotated[
    AwareDatetime,
    AfterValidator(entered),
    WithJsonSchema({"type": "string", "format": "date-time", "description": BETWEEN}),
]
"""A moment that a person or a program enters, in UTC."""
ClockTime = Annotated[AwareDatetime, AfterValidator(in_utc)]
"""What a clock said, in UTC. One that was never set says 1970: who takes it in checks it by their own."""
