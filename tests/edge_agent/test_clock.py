from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from edge_agent.clock import measured_at, offset

VIENNA = ZoneInfo("Europe/Vienna")
CAPTURED = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)  # 12:00 in Vienna


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_without_a_device_clock_it_was_measured_when_it_arrived() -> None:
    assert measured_at(None, CAPTURED, None, VIENNA) == CAPTURED


def test_a_device_clock_is_local_time_of_the_hub() -> None:
    assert measured_at(local("2026-07-01T07:30"), CAPTURED, None, VIENNA) == datetime(
        2026, 7, 1, 5, 30, tzinfo=UTC
    )


def test_the_offset_is_device_clock_minus_hub_clock() -> None:
    assert offset(local("2026-07-01T13:00"), CAPTURED, VIENNA) == timedelta(hours=1)


def test_up_to_two_minutes_the_device_is_believed() -> None:
    told = local("2026-07-01T07:30")
    assert measured_at(told, CAPTURED, timedelta(minutes=2), VIENNA).minute == 30
    assert measured_at(told, CAPTURED, timedelta(minutes=2, seconds=1), VIENNA) == datetime(
        2026, 7, 1, 5, 27, 59, tzinfo=UTC
    )


def test_a_clock_of_another_year_is_corrected_by_what_it_says_now() -> None:
    device_now = local("2010-01-01T00:45")
    wrong_by = offset(device_now, CAPTURED, VIENNA)
    assert measured_at(local("2010-01-01T00:30"), CAPTURED, wrong_by, VIENNA) == CAPTURED - timedelta(
        minutes=15
    )


@pytest.mark.parametrize("told", ["2026-07-01T12:01", "2099-01-01T00:00", "9999-12-31T23:59:59"])
def test_it_is_never_measured_after_it_arrived(told: str) -> None:
    assert measured_at(local(told), CAPTURED, None, VIENNA) == CAPTURED


def test_a_clock_that_cannot_be_corrected_counts_as_none() -> None:
    far_off = timedelta(days=-365 * 9000)
    assert measured_at(local("2026-07-01T07:30"), CAPTURED, far_off, VIENNA) == CAPTURED


def test_the_hour_that_comes_twice_is_the_newest_that_has_been() -> None:
    told = local("2026-10-25T02:30")  # 00:30 UTC in summer time, 01:30 UTC after
    between = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
    after = datetime(2026, 10, 25, 1, 31, tzinfo=UTC)
    assert measured_at(told, between, None, VIENNA) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert measured_at(told, after, None, VIENNA) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_the_hour_that_does_not_exist_has_a_time_all_the_same() -> None:
    told = local("2026-03-29T02:30")
    captured = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)
    assert captured - timedelta(hours=12) < measured_at(told, captured, None, VIENNA) < captured
