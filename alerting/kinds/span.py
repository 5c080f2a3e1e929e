"""How near to each other readings must be: so many hours, or so many calendar days of the patient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alerting.kinds.kind import DAY_HOURS, calendar, days_text, hours_text
from alerting.series import Series
from alerting.windows import HOUR, Bools, Indices, repeated


@dataclass(frozen=True)
class Span:
    """`hours` up to a reading; or `days`, its own the last of them, whatever the hour."""

    hours: float = 0.0
    days: int = 0

    @property
    def look_back_days(self) -> float:
        return calendar(self.days) if self.days else self.hours / DAY_HOURS

    @property
    def text(self) -> str:
        return days_text(self.days) if self.days else hours_text(self.hours)

    def repeated(self, chosen: Bools, series: Series, least: int) -> Bools:
        """Which of the chosen readings (n,) make at least so many of the same patient in the span."""
        if self.days:
            return repeated(chosen, series.local_days, series.starts, self.days - 1, least)
        return repeated(chosen, series.times, series.starts, self.hours * HOUR, least)

    def newest(self, chosen: Bools, series: Series) -> Indices:
        """Which of one patient's chosen readings (n,) lie in the span that the last one ends (k,)."""
        keys, reach = (series.local_days, self.days - 1) if self.days else (series.times, self.hours * HOUR)
        found: Indices = np.flatnonzero(chosen & (keys >= keys[-1] - reach))
        return found


ONCE = Span()
