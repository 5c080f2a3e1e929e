"""Whether a patient measured as often as the schedule asks, day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil
from zoneinfo import ZoneInfo

from gateway.database.connection import Connection
from gateway.patients import schedules
from gateway.patients.patients import Patient
from gateway.patients.schedules import Expected
from gateway.readings import summaries

LONGEST_RHYTHM = timedelta(days=31)
DAY = timedelta(days=1)


class DayState(StrEnum):
    """What a day was, held against the schedule."""

    KEPT = "kept"
    MISSED = "missed"
    OPEN = "open"  # it is not over
    PAUSED = "paused"  # on holiday or in hospital
    UNPLANNED = "unplanned"  # nothing was expected yet


@dataclass(frozen=True)
class DayKept:
    """One day of the patient's own, and how many readings it has."""

    day: date
    readings: int
    state: DayState


@dataclass(frozen=True)
class Adherence:
    """One vital. `every_hours` None: nothing is expected of it. `expected` days were kept or missed."""

    vital: str
    every_hours: float | None
    kept: int
    expected: int
    days: list[DayKept]


@dataclass(frozen=True)
class Rhythm:
    """What is asked of each day from `begins` on: `needed` readings in the `window` that ends with it."""

    begins: date
    window: timedelta
    needed: int

    @classmethod
    def of(cls, expected: Expected, zone: ZoneInfo) -> Rhythm:
        """A schedule in days: of the day that it was set on, nothing is expected."""
        window = min(ceil(timedelta(hours=expected.every_hours) / DAY) * DAY, LONGEST_RHYTHM)
        needed = max(1, DAY // timedelta(hours=expected.every_hours))
        return cls(expected.since.astimezone(zone).date() + window, window, needed)


@dataclass(frozen=True)
class AdherenceDays:
    """The patient's day that is not over yet, and the pauses, first and last day included."""

    today: date
    pauses: Sequence[tuple[date, date]]

    def state(self, day: date, readings: Mapping[date, int], rhythm: Rhythm | None) -> DayState:
        """What `day` was, of the days that have `readings`."""
        if rhythm is None or day < rhythm.begins:
            return DayState.UNPLANNED
        window = [day - n * DAY for n in range(rhythm.window.days)]
        if sum(readings.get(each, 0) for each in window) >= rhythm.needed:
            return DayState.KEPT
        if any(first <= day and window[-1] <= last for first, last in self.pauses):
            return DayState.PAUSED
        return DayState.OPEN if day >= self.today else DayState.MISSED


async def of_patient(
    conn: Connection, patient: Patient, since: date, until: date, now: datetime
) -> list[Adherence]:
    """The patient's days from `since` up to `until` (exclusive), of what is expected and what was measured.

    Whether the patient is within reach is asked before.
    """
    zone, patient_id = ZoneInfo(patient.time_zone), patient.patient_id
    expected = (await schedules.expected(conn, [patient_id])).get(patient_id, {})
    calendar = await _calendar(conn, patient_id, zone, since, now)
    readings: dict[str, dict[date, int]] = {vital: {} for vital in expected}
    for each in await summaries.of_patient(conn, patient_id, since - LONGEST_RHYTHM, until):
        readings.setdefault(each.vital, {})[each.day] = each.readings
    days = [since + n * DAY for n in range((until - since).days)]
    found = []
    for vital, counts in sorted(readings.items()):
        asked = expected.get(vital)
        rhythm = None if asked is None else Rhythm.of(asked, zone)
        measured_days = [
            DayKept(day, counts.get(day, 0), calendar.state(day, counts, rhythm)) for day in days
        ]
        found.append(_adherence(vital, asked, measured_days))
    return found


def _adherence(vital: str, asked: Expected | None, days: list[DayKept]) -> Adherence:
    states = Counter(day.state for day in days)
    days_met = states[DayState.KEPT]
    every_hours = None if asked is None else asked.every_hours
    return Adherence(vital, every_hours, days_met, days_met + states[DayState.MISSED], days)


async def _calendar(
    conn: Connection, patient_id: int, zone: ZoneInfo, since: date, now: datetime
) -> AdherenceDays:
    earliest = datetime.combine(since - LONGEST_RHYTHM, datetime.min.time(), zone)
    pauses = (await schedules.pauses(conn, [patient_id], earliest)).get(patient_id, [])
    return AdherenceDays(
        now.astimezone(zone).date(),
        [
            (begins_at.astimezone(zone).date(), (ends_at or now).astimezone(zone).date())
            for begins_at, ends_at in pauses
        ],
    )
