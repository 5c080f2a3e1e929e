"""How long ago something was measured, in words."""

from __future__ import annotations

from datetime import datetime, timedelta

HOURS_UP_TO = timedelta(hours=48)


def since_text(measured_at: datetime, now: datetime) -> str:
    """Such as "3 days ago"; hours up to two days."""
    ago = now - measured_at
    unit, name = (timedelta(hours=1), "hour") if ago < HOURS_UP_TO else (timedelta(days=1), "day")
    number = max(ago // unit, 0)
    return f"{number} {name}{'' if number == 1 else 's'} ago"
