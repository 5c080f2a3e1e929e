"""What the patient is to measure today, and whether that was done. Pure: the time is a parameter.

A measurement counts for a time of day from two hours before it (but not before half of the time since the
one before has passed) until the next one begins to count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum, auto
from itertools import pairwise
from typing import Final

from edge_agent.settings import DueMeasurement
from edge_agent.wire.codes import ReadingKind, is_of_a_patient
from edge_agent.wire.messages import Reading

EARLY: Final = timedelta(hours=2)
LOOK_BACK: Final = timedelta(days=3)
"""No measurement from longer ago counts for anything that is shown."""


class SlotState(StrEnum):
    DONE = auto()
    DUE = auto()
    MISSED = auto()
    LATER = auto()


@dataclass(frozen=True)
class Slot:
    """One measurement that is due. `user` is the person of the device, where only theirs counts."""

    kind: ReadingKind
    user: int | None
    at: datetime
    state: SlotState


def due_today(
    schedule: Iterable[DueMeasurement], readings: Sequence[Reading], now: datetime, zone: tzinfo
) -> list[Slot]:
    """Today's measurements by their times, and what is still to be done of yesterday's.

    A time that the clocks leave out in spring is an hour later; of one that autumn repeats it is the first.
    """
    slots = [slot for due in schedule for slot in _slots(due, readings, now, zone)]
    return sorted(slots, key=lambda slot: (slot.at, slot.kind))


def _slots(due: DueMeasurement, readings: Sequence[Reading], now: datetime, zone: tzinfo) -> list[Slot]:
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=number) for number in (-2, -1, 0, 1)]
    # As moments: on the nights of the clock changes a day has 23 or 25 hours.
    moments = sorted({datetime.combine(day, at, zone).astimezone(UTC) for day in days for at in due.at})
    counts_from = [at - min(EARLY, (at - before) / 2) for before, at in pairwise(moments)]
    measured = [
        reading.measured_at
        for reading in readings
        if reading.kind is due.what and _is_value(reading) and due.user in (None, reading.user)
    ]
    slots = []
    for at, (begin, end) in zip(moments[1:], pairwise(counts_from), strict=False):
        if any(begin <= moment < end for moment in measured):
            state = SlotState.DONE
        elif now < at:
            state = SlotState.LATER
        else:
            state = SlotState.DUE if now < end else SlotState.MISSED
        day = at.astimezone(zone).date()
        if day == today or (day < today and state is SlotState.DUE):
            slots.append(Slot(due.what, due.user, at, state))
    return slots


def _is_value(reading: Reading) -> bool:
    return bool(reading.values) and is_of_a_patient(reading.flags)
