"""Times, numbers and names as people read them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alerting.rules import Priority
from edge_agent.wire.vitals import SYMBOLS, Vital
from gateway.ages import age, span, today
from gateway.notifications.outbox import Unsent
from gateway.tasks.terms import TERMS

_SHORT = {Vital.MEAN_ARTERIAL_PRESSURE: "mean", Vital.PULSE_RATE: "pulse"}
"""Names that are clear beside a blood pressure."""

MEALS = {
    "preprandial": "before a meal",
    "postprandial": "after a meal",
    "casual": "at no set time",
    "bedtime": "at bedtime",
}
"""How a glucose value stands to meals, where people say it otherwise."""

_PRIORITIES = {Priority.ASAP: "As soon as possible (asap)"}
"""Names that are said otherwise where there is room."""


@dataclass(frozen=True)
class Moment:
    """A time, for machines, as a clock shows it, and as its distance from now."""

    iso: str
    text: str
    age: str


def moment(at: datetime, zone: str, now: datetime) -> Moment:
    """`at` as it is where the time zone is."""
    local = at.astimezone(ZoneInfo(zone))
    return Moment(at.isoformat(), f"{_day(local, now)}, {local:%H:%M} {local:%Z}", age(at, now))


def beginning(at: datetime, zone: str, now: datetime) -> str:
    """From when on: a beginning at midnight is a day."""
    local = at.astimezone(ZoneInfo(zone))
    return moment(at, zone, now).text if local.time() != time() else _day(local, now)


def ending(at: datetime, zone: str, now: datetime) -> str:
    """Until when: an end at midnight is the end of the day before."""
    local = at.astimezone(ZoneInfo(zone))
    if local.time() != time():
        return moment(at, zone, now).text
    return f"the end of {_day(local - timedelta(days=1), now)}"


def _day(local: datetime, now: datetime) -> str:
    year = "" if local.year == now.astimezone(local.tzinfo).year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year}"


def day_text(day: date) -> str:
    """A day of the calendar."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def clock_time(at: datetime, zone: str) -> str:
    """What a clock shows where the time zone is."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M} {local:%Z}"


def born(birth_date: date, zone: str, now: datetime) -> str:
    """The birth date with the age in years, on the day that it is where the time zone is."""
    day = today(now, zone)
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    years = day.year - birth_date.year - (0 if had_birthday else 1)
    return f"{birth_date.day} {birth_date:%b %Y} ({years})"


def quantity(value: float, unit: str) -> str:
    """A number with its unit."""
    return f"{value:g} {SYMBOLS.get(unit, unit)}".rstrip()


def measured_values(values: Mapping[Vital, float]) -> list[str]:
    """The values of one reading; a blood pressure is one, as people say it: "138/86 mmHg"."""
    rest, texts = dict(values), []
    if Vital.SYSTOLIC_BP in rest and Vital.DIASTOLIC_BP in rest:
        systolic, diastolic = rest.pop(Vital.SYSTOLIC_BP), rest.pop(Vital.DIASTOLIC_BP)
        texts.append(f"{systolic:g}/{quantity(diastolic, Vital.DIASTOLIC_BP.unit)}")
    return texts + [
        f"{_SHORT.get(vital, vital.display)} {quantity(value, vital.unit)}" for vital, value in rest.items()
    ]


def remarks(meal: str | None, flags: Iterable[str]) -> list[str]:
    """What else a device says of a reading."""
    texts = [MEALS.get(meal, meal)] if meal else []
    return texts + [flag.replace("-", " ") for flag in flags]


def unsent_text(unsent: Unsent, now: datetime) -> str:
    """What did not arrive, since when and why."""
    messages = counted(unsent.messages, "message", "messages")
    since = moment(unsent.since, "UTC", now).text
    others = " and other reasons" if unsent.problems > 1 else ""
    return f"{messages} could not be sent since {since}: {unsent.problem}{others}"


def priority_text(priority: Priority) -> str:
    """A priority where somebody chooses one: by when a task of it is taken."""
    name = _PRIORITIES.get(priority, priority.capitalize())
    hours = ", team hours" if TERMS[priority].in_working_time else ""
    return f"{name}: claim within {span(TERMS[priority].acknowledge)}{hours}"


def counted(number: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else many}"
