"""Times and numbers as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from edge_agent.wire.vitals import Vital
from gateway.ages import age
from gateway.web.parts.words import beginning, born, ending, measured_values, moment, quantity, remarks

NOW = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 min ago"),
        (timedelta(minutes=89), "89 min ago"),
        (timedelta(minutes=90), "1 h ago"),
        (timedelta(hours=47, minutes=59), "47 h ago"),
        (timedelta(hours=48), "2 days ago"),
        (timedelta(days=75), "2 months ago"),
        (timedelta(days=730), "23 months ago"),
        (timedelta(days=731), "2 years ago"),
        (timedelta(days=37 * 365.25), "37 years ago"),
        (timedelta(minutes=-10), "in the future"),
    ],
)
def test_ages(ago: timedelta, words: str) -> None:
    assert age(NOW - ago, NOW) == words


def test_moments_are_in_the_patients_zone() -> None:
    before, after = (datetime(2026, 3, 29, hour, 59, tzinfo=UTC) for hour in (0, 1))
    assert moment(before, "Europe/Berlin", NOW).text == "Sun 29 Mar, 01:59 CET"
    assert moment(after, "Europe/Berlin", NOW).text == "Sun 29 Mar, 03:59 CEST"
    assert moment(datetime(1989, 4, 21, 9, 9, tzinfo=UTC), "UTC", NOW).text == "Fri 21 Apr 1989, 09:09 UTC"


def test_spans_of_days_begin_and_end_as_people_say_it() -> None:
    midnight, later = datetime(2026, 11, 30, 23, 0, tzinfo=UTC), datetime(2026, 11, 30, 23, 1, tzinfo=UTC)
    assert ending(midnight, "Europe/Berlin", NOW) == "the end of Mon 30 Nov"
    assert beginning(midnight, "Europe/Berlin", NOW) == "Tue 1 Dec"
    assert ending(midnight, "UTC", NOW) == "Mon 30 Nov, 23:00 UTC"
    assert ending(later, "Europe/Berlin", NOW) == "Tue 1 Dec, 00:01 CET"
    assert beginning(later, "Europe/Berlin", NOW) == "Tue 1 Dec, 00:01 CET"
    assert ending(datetime(2027, 1, 1, tzinfo=UTC), "UTC", NOW) == "the end of Thu 31 Dec"
    assert ending(datetime(2027, 1, 2, tzinfo=UTC), "UTC", NOW) == "the end of Fri 1 Jan 2027"


def test_birth_dates_and_quantities() -> None:
    assert born(date(1951, 3, 29), "Europe/Berlin", NOW) == "29 Mar 1951 (75)"
    assert born(date(1951, 3, 30), "Europe/Berlin", NOW) == "30 Mar 1951 (74)"
    assert born(date(1951, 3, 30), "Pacific/Auckland", NOW) == "30 Mar 1951 (75)"  # where it is the 30th
    assert [quantity(138.0, "mm[Hg]"), quantity(82.1, "kg"), quantity(36.6, "Cel")] == [
        "138 mmHg",
        "82.1 kg",
        "36.6 °C",
    ]


def test_a_blood_pressure_is_one_value() -> None:
    values = {Vital.SYSTOLIC_BP: 196.0, Vital.DIASTOLIC_BP: 128.0, Vital.PULSE_RATE: 75.0}
    assert measured_values(values) == ["196/128 mmHg", "pulse 75 /min"]
    assert measured_values({Vital.SYSTOLIC_BP: 196.0}) == ["systolic blood pressure 196 mmHg"]
    assert measured_values({Vital.BLOOD_GLUCOSE: 46.0}) == ["blood glucose 46 mg/dL"]


def test_remarks_are_said_as_people_do() -> None:
    assert remarks("preprandial", ["body-movement"]) == ["before a meal", "body movement"]
    assert remarks("fasting", []) == ["fasting"]
    assert remarks(None, []) == []
