"""When somebody of the care team looks, in the home's own days: holidays, zones, clock changes, two teams."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from edge_agent.page.care_hours import coverage
from edge_agent.page.words import nobody_now, week
from edge_agent.wire.messages import Opening, TeamHours

VIENNA = ZoneInfo("Europe/Vienna")
SUNDAY = "2026-11-29T15:00"


def team(
    *hours: tuple[int, int, int], zone: str = "Europe/Vienna", holidays: tuple[date, ...] = ()
) -> TeamHours:
    """Hours as weekday, first and last full hour."""
    openings = (Opening(weekday=day, opens=60 * opens, closes=60 * closes) for day, opens, closes in hours)
    return TeamHours(time_zone=zone, hours=tuple(openings), holidays=holidays)


def every_day(opens: int, closes: int, zone: str = "Europe/Vienna") -> TeamHours:
    return team(*((day, opens, closes) for day in range(1, 8)), zone=zone)


OFFICE = team(*((day, 8, 17) for day in range(1, 6)))


def said(local: str, *teams: TeamHours) -> list[tuple[str, str]]:
    return week(coverage(teams, at(local), VIENNA))


def at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=VIENNA).astimezone(UTC)


def looks(local: str, *teams: TeamHours) -> bool:
    return coverage(teams, at(local), VIENNA).looks_at(at(local))


def test_days_that_are_alike_are_said_together() -> None:
    assert said(SUNDAY, OFFICE) == [
        ("Today, Sunday", "nobody looks"),
        ("Monday to Friday", "08:00 to 17:00"),
        ("Saturday", "nobody looks"),
    ]
    assert said(SUNDAY, every_day(0, 24)) == [("Every day", "day and night")]
    assert said(SUNDAY, team()) == [("Every day", "nobody looks")]


def test_a_day_may_have_a_break_or_begin_and_end_at_midnight() -> None:
    broken = team((1, 13, 17), (1, 8, 12), (2, 0, 8), (2, 20, 24), (3, 8, 24), (4, 0, 24))
    assert said(SUNDAY, broken) == [
        ("Today, Sunday", "nobody looks"),
        ("Monday", "08:00 to 12:00 and 13:00 to 17:00"),
        ("Tuesday", "midnight to 08:00 and 20:00 to midnight"),
        ("Wednesday", "08:00 to midnight"),
        ("Thursday", "day and night"),
        ("Friday and Saturday", "nobody looks"),
    ]


def test_on_a_holiday_nobody_looks() -> None:
    closed = team(*((day, 8, 17) for day in range(1, 6)), holidays=(date(2026, 12, 2),))
    assert ("Wednesday", "nobody looks") in said(SUNDAY, closed)
    assert not looks("2026-12-02T10:00", closed)
    assert looks("2026-12-03T10:00", closed)


def test_the_hours_of_a_team_elsewhere_are_told_in_the_homes_time() -> None:
    assert said(SUNDAY, every_day(8, 17, "America/New_York")) == [("Every day", "14:00 to 23:00")]
    assert said(SUNDAY, every_day(15, 24, "America/New_York")) == [
        ("Every day", "midnight to 06:00 and 21:00 to midnight")
    ]
    assert said(SUNDAY, every_day(0, 24, "Asia/Tokyo")) == [("Every day", "day and night")]


def test_the_clocks_of_the_team_change_with_the_teams_zone() -> None:
    lines = said("2026-10-23T12:00", every_day(8, 17, "America/New_York"))  # a week before New York's
    assert lines == [
        ("Today, Friday", "14:00 to 23:00"),
        ("Saturday", "14:00 to 23:00"),
        ("Sunday to Thursday", "13:00 to 22:00"),
    ]
    assert said("2026-10-24T12:00", every_day(0, 24)) == [("Every day", "day and night")]


def test_of_two_teams_it_is_when_both_look() -> None:
    late = team(*((day, 10, 20) for day in range(1, 7)))
    assert said(SUNDAY, OFFICE, late)[1:] == [
        ("Monday to Friday", "10:00 to 17:00"),
        ("Saturday", "nobody looks"),
    ]
    assert not looks("2026-11-30T09:00", OFFICE, late)
    assert looks("2026-11-30T10:00", late, OFFICE)
    assert said(SUNDAY, OFFICE, team()) == [("Every day", "nobody looks")]


def test_while_nobody_looks_it_says_when_somebody_does() -> None:
    for local, again in (
        ("2026-11-27T17:00", "again Monday at 08:00."),
        (SUNDAY, "again tomorrow at 08:00."),
        ("2026-11-30T07:59", "again today at 08:00."),
    ):
        assert not looks(local, OFFICE)
        assert nobody_now(coverage([OFFICE], at(local), VIENNA), at(local)).endswith(again)
    assert looks("2026-11-30T08:00", OFFICE)
    assert looks("2026-11-27T16:59", OFFICE)


def test_a_weekday_alone_is_one_of_the_days_ahead() -> None:
    closed = team(
        *((day, 8, 17) for day in range(1, 6)), holidays=tuple(date(2026, 12, n) for n in range(21, 26))
    )
    for local, again in (
        ("2026-12-20T15:00", "again Monday, 28 December at 08:00."),  # not tomorrow, a Monday too
        ("2026-12-21T15:00", "again Monday, 28 December at 08:00."),
        ("2026-12-22T15:00", "again Monday at 08:00."),
    ):
        assert nobody_now(coverage([closed], at(local), VIENNA), at(local)).endswith(again)


def test_of_who_never_looks_no_time_is_promised() -> None:
    assert nobody_now(coverage([team()], at(SUNDAY), VIENNA), at(SUNDAY)).endswith("looks at this now.")
