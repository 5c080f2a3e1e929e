"""What is due, done, missed or for later, by day and on the nights when the clocks change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from edge_agent.page.schedule import SlotState, due_today
from edge_agent.settings import DueMeasurement
from edge_agent.wire.codes import Flag, ReadingKind
from edge_agent.wire.messages import Reading
from tests.edge_agent.samples import weight

VIENNA = ZoneInfo("Europe/Vienna")
TWICE = DueMeasurement(ReadingKind.BODY_WEIGHT, (time(19), time(7)))


def at(local: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=VIENNA, fold=fold).astimezone(UTC)


def weighed(*times: str) -> list[Reading]:
    return [weight(captured_at=at(each)) for each in times]


def said(
    now: datetime, readings: Sequence[Reading] = (), due: DueMeasurement = TWICE
) -> list[tuple[str, SlotState]]:
    slots = due_today([due], readings, now, VIENNA)
    return [(f"{slot.at.astimezone(VIENNA):%d. %H:%M}", slot.state) for slot in slots]


@pytest.mark.parametrize(
    ("now", "measured", "morning", "evening"),
    [
        ("04:30", [], SlotState.LATER, SlotState.LATER),
        ("06:59", [], SlotState.LATER, SlotState.LATER),
        ("07:00", [], SlotState.DUE, SlotState.LATER),
        ("16:59", [], SlotState.DUE, SlotState.LATER),
        ("17:00", [], SlotState.MISSED, SlotState.LATER),
        ("19:00", [], SlotState.MISSED, SlotState.DUE),
        ("23:59", [], SlotState.MISSED, SlotState.DUE),
        ("06:00", ["05:00"], SlotState.DONE, SlotState.LATER),
        ("08:00", ["04:59"], SlotState.DUE, SlotState.LATER),
        ("20:00", ["16:59"], SlotState.DONE, SlotState.DUE),
        ("20:00", ["17:00"], SlotState.MISSED, SlotState.DONE),
        ("20:00", ["07:10", "19:10"], SlotState.DONE, SlotState.DONE),
    ],
)
def test_a_measurement_counts_from_two_hours_before_until_the_next_begins_to_count(
    now: str, measured: list[str], morning: SlotState, evening: SlotState
) -> None:
    yesterday = weighed("2026-03-09T19:00")
    readings = yesterday + weighed(*(f"2026-03-10T{each}" for each in measured))
    assert said(at(f"2026-03-10T{now}"), readings) == [("10. 07:00", morning), ("10. 19:00", evening)]


def test_what_is_still_to_be_done_of_yesterday_is_shown_until_it_is_too_late() -> None:
    today = [("10. 07:00", SlotState.LATER), ("10. 19:00", SlotState.LATER)]
    assert said(at("2026-03-10T00:30")) == [("09. 19:00", SlotState.DUE), *today]
    assert said(at("2026-03-10T00:30"), weighed("2026-03-10T00:10")) == today
    assert said(at("2026-03-10T05:00")) == today


def test_times_close_together_share_the_time_between_them() -> None:
    meals = DueMeasurement(ReadingKind.BODY_WEIGHT, (time(7), time(9)))
    now, before, after = at("2026-03-10T09:30"), "2026-03-10T07:59", "2026-03-10T08:00"
    assert said(now, weighed(before), meals) == [("10. 07:00", SlotState.DONE), ("10. 09:00", SlotState.DUE)]
    assert said(now, weighed(after), meals) == [
        ("10. 07:00", SlotState.MISSED),
        ("10. 09:00", SlotState.DONE),
    ]


def test_only_a_result_of_this_kind_and_person_counts() -> None:
    now = at("2026-03-10T08:00")
    (reading,) = weighed("2026-03-10T07:30")
    hers = DueMeasurement(ReadingKind.BODY_WEIGHT, (time(7),), user=2)
    pressure = DueMeasurement(ReadingKind.BLOOD_PRESSURE, (time(7),))
    assert said(now, [reading], hers) == [("10. 07:00", SlotState.DUE)]
    assert said(now, [reading.model_copy(update={"user": 2})], hers) == [("10. 07:00", SlotState.DONE)]
    assert said(now, [reading], pressure) == [("10. 07:00", SlotState.DUE)]
    assert said(now, [reading.model_copy(update={"values": {}})])[0] == ("10. 07:00", SlotState.DUE)
    shown = reading.model_copy(update={"flags": (Flag.DEMONSTRATION_DATA,)})
    assert said(now, [shown])[0] == ("10. 07:00", SlotState.DUE)


AT_HALF_PAST_TWO = DueMeasurement(ReadingKind.BODY_WEIGHT, (time(2, 30),))


def test_a_time_that_spring_leaves_out_is_an_hour_later() -> None:
    due = AT_HALF_PAST_TWO
    assert said(at("2026-03-29T01:59"), due=due)[-1] == ("29. 03:30", SlotState.LATER)
    assert said(at("2026-03-29T03:29"), due=due) == [("29. 03:30", SlotState.LATER)]
    assert said(at("2026-03-29T03:30"), due=due) == [("29. 03:30", SlotState.DUE)]
    begins = "2026-03-29T00:30"  # two hours before, by a clock that skips one
    assert said(at("2026-03-29T04:00"), weighed(begins), due) == [("29. 03:30", SlotState.DONE)]
    assert said(at("2026-03-29T04:00"), weighed("2026-03-29T00:29"), due) == [("29. 03:30", SlotState.DUE)]


def test_two_times_that_spring_makes_one_are_one() -> None:
    due = DueMeasurement(ReadingKind.BODY_WEIGHT, (time(2, 30), time(3, 30)))
    assert said(at("2026-03-29T03:45"), due=due) == [("29. 03:30", SlotState.DUE)]


def test_of_a_time_that_autumn_repeats_it_is_the_first() -> None:
    due = AT_HALF_PAST_TWO
    assert said(at("2026-10-25T02:29"), due=due)[-1] == ("25. 02:30", SlotState.LATER)
    assert said(at("2026-10-25T02:30"), due=due) == [("25. 02:30", SlotState.DUE)]
    second = at("2026-10-25T02:15", fold=1)
    assert said(second, due=due) == [("25. 02:30", SlotState.DUE)]
    assert said(second, [weight(captured_at=second)], due) == [("25. 02:30", SlotState.DONE)]


def test_a_day_of_25_hours_moves_no_time_of_day() -> None:
    assert said(at("2026-10-25T06:59"))[-2:] == [
        ("25. 07:00", SlotState.LATER),
        ("25. 19:00", SlotState.LATER),
    ]
    night = weighed("2026-10-25T05:00")
    assert said(at("2026-10-25T07:30"), night) == [
        ("25. 07:00", SlotState.DONE),
        ("25. 19:00", SlotState.LATER),
    ]
