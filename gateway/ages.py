"""Stretches of time as people say them, and which day it is. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_UNITS = (
    (timedelta(days=730.5), timedelta(days=365.25), "years"),
    (timedelta(days=60), timedelta(days=30.44), "months"),
    (timedelta(hours=48), timedelta(days=1), "days"),
    (timedelta(minutes=90), timedelta(hours=1), "h"),
    (timedelta(minutes=1), timedelta(minutes=1), "min"),
)
"""From what length on, in what unit, and its name."""


def span(length: timedelta) -> str:
    """A stretch of time in its largest unit; empty below a minute."""
    found = (f"{length // unit} {name}" for beginning, unit, name in _UNITS if length >= beginning)
    return next(found, "")


def age(at: datetime, now: datetime) -> str:
    """How long ago."""
    if ago := span(now - at):
        return f"{ago} ago"
    return "just now" if now - at > timedelta(minutes=-1) else "in the future"


def today(now: datetime, zone: str) -> date:
    """The day of the calendar where the time zone is."""
    return now.astimezone(ZoneInfo(zone)).date()
