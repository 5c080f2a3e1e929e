"""What time alone does to a task: a claim lapses, a snooze ends, a clock that ran out climbs. Pure.

Every step has an identity, (run of the clocks, clock, number), so that taking it again does nothing. After a
downtime each level that was missed is told once, one after the other; missed repeats are not made up for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.staff.calendar import Calendar
from gateway.staff.team_people import TeamPeople
from gateway.tasks.states import Standing
from gateway.tasks.terms import LEVELS, TERMS, Clock, Level, Terms


@dataclass(frozen=True)
class Notified:
    """The last step of the clock in force: its number (-1: none yet), and when it was taken."""

    step: int
    at: datetime | None


NOBODY_NOTIFIED = Notified(-1, None)


@dataclass(frozen=True)
class Timing:
    """What time acts on. The clocks have begun."""

    standing: Standing
    acknowledge_by: datetime
    resolve_by: datetime
    clock_since: datetime
    acknowledged_at: datetime | None
    acted_at: datetime | None
    lapses_at: datetime | None
    snoozed_until: datetime | None
    told: Notified

    @property
    def clock(self) -> Clock:
        return Clock.ACKNOWLEDGE if self.acknowledged_at is None else Clock.RESOLVE


@dataclass(frozen=True)
class Lapse:
    """A claim that nothing followed ends."""

    at: datetime


@dataclass(frozen=True)
class Wake:
    """A snooze ends."""

    at: datetime


@dataclass(frozen=True)
class NotifyStep:
    """Somebody is told that a clock has run out."""

    at: datetime
    clock: Clock
    step: int
    level: Level
    again: bool = False  # the last level was told before


Event = Lapse | Wake | NotifyStep


def next_event(timing: Timing, calendar: Calendar) -> Event | None:
    """What happens next if nobody does anything; its time may have passed. None: the task is closed."""
    if not timing.standing.status.is_open:
        return None
    events: list[Event] = [_next_notify_step(timing, calendar)]
    if timing.lapses_at is not None:
        events.append(Lapse(timing.lapses_at))
    if timing.snoozed_until is not None:
        events.append(Wake(timing.snoozed_until))
    return min(events, key=lambda event: event.at)


def deadline(terms: Terms, since: datetime, given: timedelta, calendar: Calendar) -> datetime:
    """When `given` has passed, as it counts for this priority."""
    return calendar.add(since, given) if terms.in_working_time else since + given


def _next_notify_step(timing: Timing, calendar: Calendar) -> NotifyStep:
    terms, clock = TERMS[timing.standing.priority], timing.clock
    levels = LEVELS if timing.standing.owner_id is not None else LEVELS[1:]
    ran_out = timing.acknowledge_by if clock is Clock.ACKNOWLEDGE else timing.resolve_by
    step, before = timing.told.step + 1, timing.told.at
    if before is None or step < len(levels):
        begins = max(ran_out, timing.clock_since)
        return NotifyStep(deadline(terms, begins, step * terms.climb, calendar), clock, step, levels[step])
    at = deadline(terms, before, terms.repeat, calendar)
    if timing.acted_at is not None and timing.acted_at > before:
        # Somebody has answered: that gives them as long as a task of this priority has.
        at = max(at, deadline(terms, timing.acted_at, terms.resolve, calendar))
    return NotifyStep(at, clock, step, levels[-1], again=True)


def recipients(level: Level, owner_id: int | None, people: TeamPeople) -> tuple[int, ...]:
    """Whom a level means. Whoever is not named is found by role; where there is none, by the next one."""
    by_level: Mapping[Level, Sequence[Sequence[int]]] = {
        Level.OWNER: [_one(owner_id)],
        Level.ROLE: [people.nurses, people.clinicians, people.others, people.administrators],
        Level.BACKUP: [_one(people.backup_id), people.clinicians, people.others, people.administrators],
        Level.LEAD: [_one(people.lead_id), people.administrators, people.clinicians, people.others],
    }
    return tuple(next((each for each in by_level[level] if each), ()))


def _one(staff_id: int | None) -> Sequence[int]:
    return () if staff_id is None else (staff_id,)
