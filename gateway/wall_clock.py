"""What clocks on patients' walls showed."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from alerting.windows import DAY, Floats


def wall_clock(times: Floats, zone: ZoneInfo) -> Floats:
    """Local times (n,) of `times` (n,), both in seconds since 1970.

    The zone is asked twice a day, not for each reading: only when its clocks are set does a day not do.
    """
    days, place = np.unique(np.floor(times / DAY), return_inverse=True)
    ahead = np.array([_ahead(day * DAY, zone) for day in days])
    is_set = ahead != np.array([_ahead((day + 1) * DAY, zone) for day in days])
    local: Floats = times + ahead[place]
    for index in np.flatnonzero(is_set[place]):
        local[index] = times[index] + _ahead(times[index], zone)
    return local


def _ahead(time: float, zone: ZoneInfo) -> float:
    """Seconds by which the zone's clocks are ahead of UTC."""
    return datetime.fromtimestamp(time, zone).replace(tzinfo=UTC).timestamp() - time
