"""Spans of time as people type them, and the simulated team that completes its tasks after some."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from alerting.rules import Priority

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_SPAN = re.compile(r"([0-9]{1,5})([mhd])")


def span(text: str) -> timedelta:
    """Such as 8h. Raises ValueError."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no span of time: expected a number of m, h or d, such as 90d")
    number, unit = found.groups()
    return int(number) * _UNITS[unit]


def responding_team(text: str) -> Mapping[Priority, timedelta]:
    """After how long tasks of a priority are completed; what is above urgent as that, unless it is named.

    Raises ValueError, saying what is allowed.
    """
    found: dict[Priority, timedelta] = {}
    for part in text.split(",") if text else ():
        priority, _, after = part.strip().partition("=")
        try:
            found[Priority(priority)] = span(after)
        except ValueError as error:
            allowed = f"{', '.join(Priority)} and a number of m, h or d"
            raise ValueError(
                f"--team: expected such as urgent=8h,routine=72h; allowed are {allowed}"
            ) from error
    if Priority.URGENT in found:
        above = [each for each in Priority if each.outranks(Priority.URGENT)]
        found = dict.fromkeys(above, found[Priority.URGENT]) | found
    return found
