"""Moments that anybody may enter, and what a clock may say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import TypeAdapter, ValidationError

from edge_agent.wire.instants import CENTURY, EARLIEST, ClockTime, Instant, is_instant

ENTERED, SAID = TypeAdapter[datetime](Instant), TypeAdapter[datetime](ClockTime)
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def test_it_lies_between_1980_and_a_hundred_years_from_now() -> None:
    assert is_instant(EARLIEST, NOW)
    assert not is_instant(EARLIEST - MOMENT, NOW)
    assert is_instant(datetime(2126, 3, 1, 12, 0, tzinfo=UTC), NOW)
    assert not is_instant(NOW + CENTURY + MOMENT, NOW)


@pytest.mark.parametrize(
    "entered",
    [
        "0001-01-01T00:00:00+14:00",
        "1979-12-31T23:59:59.999999Z",
        "1980-01-01T00:00:00+00:01",
        "2250-01-01T00:00:00Z",
        "9999-12-31T23:59:59-14:00",
        "2026-03-01T12:00:00",
    ],
)
def test_what_is_none_is_refused(entered: str) -> None:
    with pytest.raises(ValidationError):
        ENTERED.validate_python(entered)


def test_it_is_in_utc() -> None:
    assert ENTERED.validate_python("2026-03-01T12:00:00+05:30").isoformat() == "2026-03-01T06:30:00+00:00"
    assert ENTERED.validate_python("1980-01-01T00:00:00Z") == EARLIEST


def test_a_clock_that_was_never_set_is_heard_all_the_same() -> None:
    assert SAID.validate_python("1970-01-01T00:00:00Z").year == 1970
    for said in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        with pytest.raises(ValidationError, match="outside the years 1 to 9999"):
            SAID.validate_python(said)
