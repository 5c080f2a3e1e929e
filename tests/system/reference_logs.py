"""Logs of glucometers read and judged by plain loops that know nothing of the product."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import fmean
from zoneinfo import ZoneInfo

HOME = ZoneInfo("America/Chicago")
BEYOND = {"0Hi": math.inf, "0Lo": -math.inf}


@dataclass(frozen=True)
class Value:
    """A glucose value as plainly read, infinite beyond the meter's range; None: symptoms of a low."""

    log: str
    at: datetime
    number: float | None

    @property
    def stored(self) -> float | None:
        return None if self.number is None or math.isinf(self.number) else self.number


def read_by_reference(folder: Path) -> Iterator[Value]:
    """Every value with a glucose code, and symptoms, at real dates: by a loop that knows nothing of ours."""
    for path in sorted(folder.glob("data-*")):
        for line in path.read_text().split("\n"):
            date, time, code, text = ([*line.split("\t"), "", "", "", ""])[:4]
            is_value = code in {"48", "57", "58", "59", "60", "61", "62", "63", "64"} and text != "000"
            if not is_value and code != "65":
                continue
            try:
                local = datetime.strptime(f"{date} {time} +0000", "%m-%d-%Y %H:%M %z").replace(tzinfo=HOME)
            except ValueError:
                continue
            number = BEYOND[text] if text in BEYOND else float(text)
            if number != 0 or not is_value:
                yield Value(path.name, local.astimezone(UTC), number if is_value else None)


Raise = tuple[str, str, datetime]
"""Condition, rule and time."""


def judge_by_reference(values: Sequence[Value]) -> Iterator[Raise]:
    """All that raises in one patient's values, in order of time, plainly."""
    for value in values:
        yield from _low(value, values)
        yield from _high(value, values)


def _low(value: Value, values: Sequence[Value]) -> Iterator[Raise]:
    hour_before = [each for each in values if value.at - timedelta(hours=1) <= each.at <= value.at]
    symptom = any(each.number is None for each in hour_before)
    lows = [each for each in _of_days(value, values, 2) if each.number is not None and each.number < 70]
    if value.number is None:
        rule = "low-with-symptoms" if any(each in hour_before for each in lows) else "symptoms-of-a-low"
        yield "hypoglycaemia", rule, value.at
    elif value.number < 54:
        yield "hypoglycaemia", "glucose-below-54", value.at
    elif value.number < 70 and symptom:
        yield "hypoglycaemia", "low-with-symptoms", value.at
    elif value.number < 70 and len(lows) > 1:
        yield "hypoglycaemia", "glucose-below-70-twice", value.at


def _high(value: Value, values: Sequence[Value]) -> Iterator[Raise]:
    if value.number is None:
        return
    highs = [each for each in _of_days(value, values, 2) if each.number is not None and each.number > 300]
    if value.number > 400:
        yield "hyperglycaemia", "glucose-above-400", value.at
    elif value.number > 300 and len(highs) > 1:
        yield "hyperglycaemia", "glucose-above-300-twice", value.at
    of_days = [(_day(each), each.stored) for each in _of_days(value, values, 4)]
    measured = [(day, number) for day, number in of_days if number is not None]
    lasts = len({day for day, _ in measured}) > 2 and fmean(number for _, number in measured) > 250
    if value.stored is not None and lasts:
        yield "lasting-hyperglycaemia", "glucose-average-above-250", value.at


def _of_days(value: Value, values: Sequence[Value], days: int) -> list[Value]:
    """Up to it, of its day and the ones before."""
    oldest = _day(value) - timedelta(days=days - 1)
    return [each for each in values if each.at <= value.at and _day(each) >= oldest]


def _day(value: Value) -> date:
    return value.at.astimezone(HOME).date()
