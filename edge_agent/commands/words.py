"""Words that several commands use."""

from __future__ import annotations

from datetime import timedelta


def ago(since: timedelta) -> str:
    """A time span as people say it."""
    minutes = since // timedelta(minutes=1)
    for size, unit in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if count := minutes // size:
            return f"{count} {unit}{'s' * (count != 1)} ago"
    return "just now"
