"""What time alone does to a task, step by step, without a database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerting.rules import Priority
from gateway.staff.calendar import ALWAYS, Calendar, Opening
from gateway.staff.team_people import TeamPeople
from gateway.tasks.escalation import (
    NOBODY_NOTIFIED,
    Lapse,
    Notified,
    NotifyStep,
    Timing,
    Wake,
    deadline,
    next_event,
    recipients,
)
from gateway.tasks.states import Standing, Status
from gateway.tasks.terms import TERMS, Level

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = datetime(2026, 3, 7, 2, 0, tzinfo=BERLIN)  # a Saturday
WORKDAYS = Calendar(BERLIN, {weekday: (Opening(8 * 60, 17 * 60),) for weekday in range(1, 6)})
ANN = 1


def raised(priority: Priority, calendar: Calendar = ALWAYS) -> Timing:
    terms = TERMS[priority]
    return Timing(
        Standing(Status.READY, priority, 1, None),
        acknowledge_by=deadline(terms, NIGHT, terms.acknowledge, calendar),
        resolve_by=deadline(terms, NIGHT, terms.resolve, calendar),
        clock_since=NIGHT,
        acknowledged_at=None,
        acted_at=None,
        lapses_at=None,
        snoozed_until=None,
        told=NOBODY_NOTIFIED,
    )


def claimed(timing: Timing, at: datetime, status: Status = Status.IN_PROGRESS) -> Timing:
    standing = replace(timing.standing, status=status, owner_id=ANN)
    lapses_at = at + TERMS[standing.priority].lapse if status is Status.ACCEPTED else None
    return replace(timing, standing=standing, acknowledged_at=at, acted_at=at, lapses_at=lapses_at)


def tells(
    timing: Timing, calendar: Calendar, number: int, *, now: datetime | None = None
) -> Iterator[NotifyStep]:
    """The next ones, each taken when it is due, or at `now` if that is later."""
    for _ in range(number):
        event = next_event(timing, calendar)
        assert isinstance(event, NotifyStep)
        yield event
        timing = replace(timing, told=Notified(event.step, max(event.at, now or event.at)))


def test_an_urgent_task_climbs_at_night() -> None:
    climbed = list(tells(raised(Priority.URGENT), WORKDAYS, 5))
    assert [event.level for event in climbed] == ["role", "backup", "lead", "lead", "lead"]
    assert [event.step for event in climbed] == [0, 1, 2, 3, 4]
    assert [(event.at - NIGHT) / timedelta(minutes=1) for event in climbed] == [15, 30, 45, 105, 165]


def test_a_routine_task_waits_for_the_teams_hours() -> None:
    climbed = list(tells(raised(Priority.ROUTINE, WORKDAYS), WORKDAYS, 3))
    monday = NIGHT.replace(day=9, hour=16)
    assert [event.at for event in climbed] == [
        monday,  # 8 hours of Monday
        monday.replace(day=10, hour=15),
        monday.replace(day=11, hour=14),
    ]


def test_whoever_has_it_is_told_first_that_it_is_not_resolved() -> None:
    timing = claimed(raised(Priority.STAT), NIGHT + timedelta(minutes=1))
    climbed = list(tells(timing, ALWAYS, 4))
    assert [event.level for event in climbed] == list(Level)
    assert [(event.at - NIGHT) / timedelta(minutes=1) for event in climbed] == [30, 35, 40, 45]


def test_after_a_downtime_each_level_is_told_once_and_repeats_are_not_made_up_for() -> None:
    morning = NIGHT + timedelta(hours=7)
    told = list(tells(raised(Priority.URGENT), ALWAYS, 4, now=morning))
    assert [event.at <= morning for event in told] == [True, True, True, False]
    assert told[-1].at == morning + TERMS[Priority.URGENT].repeat


def test_a_persons_answer_quiets_the_repeats_for_as_long_as_the_work_may_take() -> None:
    terms, at = TERMS[Priority.URGENT], NIGHT + timedelta(hours=5)
    timing = claimed(raised(Priority.URGENT), NIGHT)
    unanswered = next_event(replace(timing, told=Notified(3, at)), ALWAYS)
    answered = next_event(replace(timing, told=Notified(3, at), acted_at=at + timedelta(minutes=1)), ALWAYS)
    assert unanswered is not None
    assert answered is not None
    assert unanswered.at == at + terms.repeat
    assert answered.at == at + timedelta(minutes=1) + terms.resolve


def test_a_claim_that_nothing_follows_lapses_and_one_with_work_does_not() -> None:
    at = NIGHT + timedelta(minutes=3)
    timing = claimed(raised(Priority.URGENT), at, Status.ACCEPTED)
    assert next_event(timing, ALWAYS) == Lapse(at + TERMS[Priority.URGENT].lapse)
    working = next_event(claimed(raised(Priority.URGENT), at), ALWAYS)
    assert isinstance(working, NotifyStep)


def test_a_lapsed_claim_climbs_again_at_once() -> None:
    lapsed_at = NIGHT + timedelta(hours=1)
    timing = replace(raised(Priority.URGENT), clock_since=lapsed_at)
    assert [event.at for event in tells(timing, ALWAYS, 2)] == [lapsed_at, lapsed_at + timedelta(minutes=15)]


def test_a_snooze_ends_and_does_not_stop_a_pressing_clock() -> None:
    until = NIGHT + timedelta(minutes=60)
    timing = claimed(raised(Priority.URGENT), NIGHT, Status.ON_HOLD)
    assert next_event(replace(timing, snoozed_until=until), ALWAYS) == Wake(until)
    late = next_event(replace(timing, snoozed_until=until, resolve_by=NIGHT), ALWAYS)
    assert isinstance(late, NotifyStep)


def test_nothing_happens_to_a_closed_task() -> None:
    timing = raised(Priority.STAT)
    for status in (Status.COMPLETED, Status.CANCELLED, Status.FAILED, Status.ENTERED_IN_ERROR):
        assert next_event(replace(timing, standing=replace(timing.standing, status=status)), ALWAYS) is None


def test_who_is_not_named_is_found_by_role_and_nobody_is_left_out() -> None:
    team = TeamPeople([2, 3], [4], [5], [6], backup_id=7, lead_id=8)
    assert [recipients(level, ANN, team) for level in Level] == [(ANN,), (2, 3), (7,), (8,)]
    unnamed = replace(team, backup_id=None, lead_id=None)
    assert [recipients(level, None, unnamed) for level in Level] == [(), (2, 3), (4,), (6,)]
    small = TeamPeople([], [], [5], [], backup_id=None, lead_id=None)
    assert [recipients(level, None, small) for level in Level] == [(), (5,), (5,), (5,)]
