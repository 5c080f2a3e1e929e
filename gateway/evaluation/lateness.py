"""How long ago something was measured, in words."""

from __future__ import annotations

from datetime import datetime, timedelta

_UNITS = (
    (timedelta(days=365), "year"),
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
)


def since_text(measured_at: datetime, now: datetime) -> str:
    """Such as "3 days ago", in the largest unit of which it is two or more; else in hours."""
    ago = now - measured_at
    unit, name = next((each for each in _UNITS if ago >= 2 * each[0]), _UNITS[-1])
    number = max(ago // unit, 0)
    return f"{number} {name}{'' if number == 1 else 's'} ago"
