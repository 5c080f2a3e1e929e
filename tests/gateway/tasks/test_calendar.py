"""Time in which a team is there, over nights, weekends, holidays and changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.staff.calendar import ALWAYS, LONGEST_WAIT, Calendar, Gap, Opening

BERLIN = ZoneInfo("Europe/Berlin")
DAYTIME = Opening(8 * 60, 17 * 60)
WORKDAYS = Calendar(BERLIN, dict.fromkeys(range(1, 6), (DAYTIME,)))
ROUND_THE_CLOCK = Calendar(BERLIN, {weekday: (Opening(0, 1440),) for weekday in range(1, 8)})


def berlin(day: int, hour: float, month: int = 3) -> datetime:
    return datetime(2026, month, day, tzinfo=BERLIN) + timedelta(hours=hour)


@pytest.mark.parametrize(
    ("since", "hours", "until"),
    [
        (berlin(3, 9), 8, berlin(3, 17)),  # a Tuesday
        (berlin(3, 12), 8, berlin(4, 11)),
        (berlin(6, 12), 8, berlin(9, 11)),  # over a weekend
        (berlin(7, 3), 8, berlin(9, 16)),  # at night, on a Saturday
        (berlin(3, 20), 0, berlin(4, 8)),  # no time at all passes only when somebody is there
    ],
)
def test_only_the_hours_in_which_somebody_is_there_count(
    since: datetime, hours: float, until: datetime
) -> None:
    assert WORKDAYS.add(since, timedelta(hours=hours)) == until


def test_holidays_do_not_count() -> None:
    easter = Calendar(BERLIN, WORKDAYS.hours, frozenset({date(2026, 4, 3), date(2026, 4, 6)}))
    assert easter.add(berlin(2, 16, month=4), timedelta(hours=2)) == berlin(7, 9, month=4)
    assert not easter.is_open(berlin(3, 10, month=4))
    assert WORKDAYS.is_open(berlin(3, 10, month=4))


def test_a_day_on_which_clocks_change_has_as_many_hours_as_it_has() -> None:
    spring, autumn = berlin(28, 20), berlin(24, 20, month=10)
    for since, hours in ((spring, 4 + 23 + 20), (autumn, 4 + 25 + 20)):
        until = ROUND_THE_CLOCK.add(since, timedelta(hours=hours)).astimezone(BERLIN)
        assert (until.hour, until.minute) == (20, 0)
        assert until.date() - since.date() == timedelta(days=2)
    # On the wall 08:00 stays 08:00.
    assert WORKDAYS.add(berlin(27, 16), timedelta(hours=2)) == datetime(2026, 3, 30, 7, 0, tzinfo=UTC)


def test_a_team_that_is_never_there_does_not_wait_for_ever() -> None:
    nobody = Calendar(BERLIN, {})
    assert nobody.add(berlin(3, 9), timedelta(hours=1)) == berlin(3, 9) + LONGEST_WAIT
    assert nobody.gaps() == [Gap(1, 0, 7 * 1440)]


def test_gaps_are_the_hours_that_nobody_covers() -> None:
    assert ROUND_THE_CLOCK.gaps() == ALWAYS.gaps() == []
    assert WORKDAYS.gaps() == [
        *(Gap(weekday, 17 * 60, 15 * 60) for weekday in range(1, 5)),
        Gap(5, 17 * 60, (7 + 24 + 24 + 8) * 60),
    ]
    lunch = Calendar(BERLIN, {**ROUND_THE_CLOCK.hours, 1: (Opening(0, 720), Opening(780, 1440))})
    assert lunch.gaps() == [Gap(1, 720, 60)]


@given(
    minutes=st.integers(0, 366 * 1440),
    first=st.integers(0, 3000),
    second=st.integers(1, 3000),  # none, from a closing time on, ends when the next hours begin
)
def test_working_time_adds_up(minutes: int, first: int, second: int) -> None:
    since = berlin(1, 0, month=1) + timedelta(minutes=minutes)
    one, other = timedelta(minutes=first), timedelta(minutes=second)
    assert WORKDAYS.add(WORKDAYS.add(since, one), other) == WORKDAYS.add(since, one + other)
    assert WORKDAYS.add(since, one) >= since + one
