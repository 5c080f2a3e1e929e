"""Logs of glucometers read and judged by plain loops that know nothing of the product."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

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
                local = datetime.strptime(f"{date} {time} +0000", "%m-%d-%Y %H:%M %z").replace(
                    tzinfo=ZoneInfo("America/Chicago")
                )
            except ValueError:
                continue
            number = BEYOND[text] if text in BEYOND else float(text)
            if number != 0 or not is_value:
                yield Value(path.name, local.astimezone(UTC), number if is_value else None)


def judge_by_reference(values: Sequence[Value]) -> Iterator[tuple[str, str, datetime]]:
    """Condition, rule and time of all that raises in one patient's values, in order of time, plainly."""
    hour = timedelta(hours=1)

    def lately(at: datetime, span: timedelta) -> list[Value]:
        return [each for each in values if at - span <= each.at <= at]

    for value in values:
        hour_before = lately(value.at, hour)
        symptom = any(each.number is None for each in hour_before)
        low = any(each.number is not None and each.number < 70 for each in hour_before)
        if value.number is not None and value.number < 54:
            yield "hypoglycaemia", "glucose-below-54", value.at
        elif (value.number is None and low) or (value.number is not None and value.number < 70 and symptom):
            yield "hypoglycaemia", "low-with-symptoms", value.at
        if value.number is not None and value.number > 400:
            yield "hyperglycaemia", "glucose-above-400", value.at
        elif value.number is not None and value.number > 300:
            high = [each for each in lately(value.at, 12 * hour) if each.number and each.number > 300]
            if len(high) > 1:
                yield "hyperglycaemia", "glucose-above-300-twice", value.at
    lows = [value for value in values if value.number is not None and value.number < 70]
    apart = lows[:1] + [each for before, each in pairwise(lows) if each.at - before.at > 12 * hour]
    for value in lows:
        if sum(value.at - 168 * hour <= each.at <= value.at for each in apart) >= 4:
            yield "recurrent-hypoglycaemia", "four-lows-in-a-week", value.at
