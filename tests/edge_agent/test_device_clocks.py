from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from edge_agent.device_clocks import ClockSetting, measured_at, offset, offset_of_record, to_set

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


class TestSetting:
    WRONG = timedelta(hours=-3)

    def setting(self, wrong_by: timedelta, last_sequence: int | None = None) -> ClockSetting:
        return ClockSetting(CAPTURED, wrong_by, last_sequence)

    def test_a_wrong_clock_is_set_to_the_local_time_of_the_hub(self) -> None:
        assert to_set(self.WRONG, CAPTURED, VIENNA, allowed=True, hub_knows=True) == local("2026-07-01T12:00")

    @pytest.mark.parametrize(
        ("wrong_by", "allowed", "hub_knows"),
        [
            (None, True, True),
            (timedelta(minutes=-2), True, True),
            (WRONG, False, True),
            (WRONG, True, False),
        ],
    )
    def test_else_it_is_left_alone(self, wrong_by: timedelta | None, allowed: bool, hub_knows: bool) -> None:
        assert to_set(wrong_by, CAPTURED, VIENNA, allowed=allowed, hub_knows=hub_knows) is None

    @pytest.mark.parametrize(("sequence", "wrong_by"), [(7, WRONG), (8, timedelta(0))])
    def test_a_numbered_record_of_before_carries_the_old_clock(
        self, sequence: int, wrong_by: timedelta
    ) -> None:
        setting = self.setting(self.WRONG, last_sequence=7)
        clock = local("2026-07-01T08:30")
        assert offset_of_record(clock, sequence, timedelta(0), setting, VIENNA) == wrong_by

    @pytest.mark.parametrize(
        ("clock", "is_old"), [("2026-07-01T08:59", True), ("2026-07-01T12:00", False), (None, False)]
    )
    def test_what_lies_before_the_setting_only_the_old_clock_can_have_said(
        self, clock: str | None, is_old: bool
    ) -> None:
        told = None if clock is None else local(clock)
        expected = self.WRONG if is_old else timedelta(seconds=1)
        assert (
            offset_of_record(told, None, timedelta(seconds=1), self.setting(self.WRONG), VIENNA) == expected
        )

    def test_without_a_setting_it_is_what_the_clock_is_wrong_by_now(self) -> None:
        assert offset_of_record(local("2026-07-01T08:59"), 3, self.WRONG, None, VIENNA) == self.WRONG

    def test_a_record_of_before_is_corrected_with_both_times_known(self) -> None:
        stored = local("2026-07-01T06:00")  # by a clock three hours behind: it was nine
        wrong_by = offset_of_record(stored, None, timedelta(0), self.setting(self.WRONG), VIENNA)
        later = CAPTURED + timedelta(days=2)
        assert measured_at(stored, later, wrong_by, VIENNA) == datetime(2026, 7, 1, 7, 0, tzinfo=UTC)
