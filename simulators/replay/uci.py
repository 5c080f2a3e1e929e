"""Glucometer logs of the UCI Machine Learning Repository: lines into readings. Pure.

The data set is "Diabetes" (M. Kahn, AIM-94), and the codes mean what its own description says. A line is
`date TAB time TAB code TAB value` in local time; some files begin with a line of headings. The logs are
dirty: what cannot be used is named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from edge_agent.reading_ids import device_reading_id
from edge_agent.wire.codes import AbsentReason, EventKind, Meal, ReadingKind
from edge_agent.wire.messages import Amount, Device, PatientEvent, Quantity, Reading
from edge_agent.wire.vitals import Vital

ZONE = "America/Chicago"
"""Of Washington University in St. Louis, where the logs were collected."""
LONGEST_LINE = 100
"""Bytes: four times the longest of the original."""

GLUCOSE: Mapping[str, Meal | None] = {
    "48": None,
    "57": None,
    "58": Meal.PREPRANDIAL,  # breakfast
    "59": Meal.POSTPRANDIAL,
    "60": Meal.PREPRANDIAL,  # lunch
    "61": Meal.POSTPRANDIAL,
    "62": Meal.PREPRANDIAL,  # supper
    "63": Meal.POSTPRANDIAL,
    "64": Meal.PREPRANDIAL,  # snack
}
INSULIN = {"33": "regular", "34": "nph", "35": "ultralente"}
EVENTS: Mapping[str, tuple[EventKind, str | None]] = {
    "65": (EventKind.HYPOGLYCAEMIC_SYMPTOMS, None),
    "66": (EventKind.MEAL, "typical"),
    "67": (EventKind.MEAL, "more-than-usual"),
    "68": (EventKind.MEAL, "less-than-usual"),
    "69": (EventKind.EXERCISE, "typical"),
    "70": (EventKind.EXERCISE, "more-than-usual"),
    "71": (EventKind.EXERCISE, "less-than-usual"),
    "72": (EventKind.OTHER, None),
}
BEYOND = {"0Hi": AbsentReason.ABOVE_RANGE, "0Lo": AbsentReason.BELOW_RANGE}
INSULIN_UNIT = "[iU]"

_HEADINGS = [b"Date", b"Time", b"Code", b"Value"]
_DATE = re.compile(r"(\d\d)-(\d\d)-(\d{4})")
_TIME = re.compile(r"(\d\d?):(\d\d?)")
_CODE = re.compile(r"\d{1,3}")
_NUMBER = re.compile(r"\d{1,5}(\.\d{1,3})?")


@dataclass(frozen=True)
class UnusableLine:
    """A line that is no measurement and no event, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class Log:
    """What one file says. Every line with text is in exactly one of the four."""

    headings: tuple[int, ...]
    readings: Mapping[int, Reading]  # by line
    repeats: tuple[int, ...]  # lines that say word for word what an earlier one says: the same measurement
    unusable: tuple[UnusableLine, ...]

    @property
    def lines(self) -> int:
        return len(self.headings) + len(self.readings) + len(self.repeats) + len(self.unusable)

    def in_order(self) -> list[Reading]:
        """The readings in the order of their times."""
        return sorted(self.readings.values(), key=lambda reading: reading.measured_at)


class _NotUsableError(Exception):
    """Says why."""


@dataclass(frozen=True)
class _Entry:
    kind: ReadingKind
    values: dict[Vital, Quantity] = field(default_factory=dict)
    absent: dict[Vital, AbsentReason] = field(default_factory=dict)
    meal: Meal | None = None
    event: PatientEvent | None = None


def read_log(content: bytes, meter: Device) -> Log:
    """All of a file, as what `meter` measured."""
    headings: list[int] = []
    readings: dict[int, Reading] = {}
    repeats: list[int] = []
    unusable: list[UnusableLine] = []
    known: set[UUID] = set()
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        if number == 1 and [word for word in line.split(b"\t") if word] == _HEADINGS:
            headings.append(number)
            continue
        try:
            reading = _reading(line, meter)
        except _NotUsableError as why:
            unusable.append(UnusableLine(number, str(why)))
            continue
        if reading.reading_id in known:
            repeats.append(number)
        else:
            known.add(reading.reading_id)
            readings[number] = reading
    return Log(tuple(headings), readings, tuple(repeats), tuple(unusable))


def _reading(line: bytes, meter: Device) -> Reading:
    date, time, code, value = _fields(line)
    measured_at = _moment(date, time)
    local = measured_at.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None)
    entry = _entry(code, value)
    known_as = device_reading_id(meter.identifier, line, sequence=None, device_clock=local)
    return Reading(
        reading_id=cast(UUID, known_as),  # there is a clock, so there is an id
        kind=entry.kind,
        device=meter,
        values=entry.values,
        absent=entry.absent,
        measured_at=measured_at,
        captured_at=measured_at,  # the hub was there, and has been without a line ever since
        device_clock=local,
        meal=entry.meal,
        event=entry.event,
        raw=line.hex(),
    )


def _fields(line: bytes) -> list[str]:
    if len(line) > LONGEST_LINE:
        raise _NotUsableError(f"longer than {LONGEST_LINE} bytes")
    if not line.isascii():
        raise _NotUsableError("not ASCII")
    fields = line.decode("ascii").split("\t")
    if len(fields) != len(_HEADINGS):
        raise _NotUsableError("not four fields: date, time, code, value")
    return fields


def _moment(date: str, time: str) -> datetime:
    day, clock = _DATE.fullmatch(date), _TIME.fullmatch(time)
    if day is None:
        raise _NotUsableError("the date is not MM-DD-YYYY")
    if clock is None:
        raise _NotUsableError("the time is not HH:MM")
    month, day_of_month, year = map(int, day.groups())
    hour, minute = map(int, clock.groups())
    try:
        return datetime(year, month, day_of_month, hour, minute, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _NotUsableError("no such date or time") from None


def _entry(code: str, value: str) -> _Entry:
    if code in GLUCOSE:
        return _glucose(value, GLUCOSE[code])
    if code in INSULIN:
        dose = Amount(value=_number(value), unit=INSULIN_UNIT)
        event = PatientEvent(kind=EventKind.INSULIN_DOSE, detail=INSULIN[code], amount=dose)
        return _Entry(ReadingKind.EVENT, event=event)
    if code in EVENTS:
        kind, detail = EVENTS[code]
        return _Entry(ReadingKind.EVENT, event=PatientEvent(kind=kind, detail=detail))
    if _CODE.fullmatch(code):
        raise _NotUsableError(f"code {code} is not documented")
    raise _NotUsableError("the code is not a number")


def _glucose(value: str, meal: Meal | None) -> _Entry:
    vital = Vital.BLOOD_GLUCOSE
    if value in BEYOND:
        return _Entry(ReadingKind.BLOOD_GLUCOSE, absent={vital: BEYOND[value]}, meal=meal)
    number = _number(value)
    if number == 0:
        raise _NotUsableError("a glucose value of zero")
    if not vital.is_plausible(number):
        raise _NotUsableError("outside what can be measured")
    quantity = Quantity(value=number, unit=vital.unit)
    return _Entry(ReadingKind.BLOOD_GLUCOSE, values={vital: quantity}, meal=meal)


def _number(value: str) -> float:
    if not _NUMBER.fullmatch(value):
        raise _NotUsableError("the value is not a number")
    return float(value)
