"""When somebody of the care team looks, day by day on the clocks of this home. Pure: the time is a parameter.

Where people of one home have different care teams, it is when all of them look: it promises nobody too much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from edge_agent.wire.messages import TeamHours

DAYS: Final = 7
Span: TypeAlias = tuple[datetime, datetime]
"""Two moments in UTC; the second is exclusive."""


@dataclass(frozen=True)
class Coverage:
    """The spans in which somebody looks, in order and apart, and the home's days on which they lie."""

    spans: Sequence[Span]
    today: date
    zone: tzinfo

    def looks_at(self, now: datetime) -> bool:
        """Whether somebody looks."""
        return any(begins <= now < ends for begins, ends in self.spans)

    def next_look(self, now: datetime) -> datetime | None:
        """When somebody begins to look; None: not within the week."""
        return next((begins for begins, _ in self.spans if begins > now), None)

    @property
    def is_always(self) -> bool:
        """Whether somebody looks at every hour of these days."""
        return all(spans == [whole_day(day, self.zone)] for day, spans in self.days())

    def days(self) -> Iterator[tuple[date, list[Span]]]:
        """Today and the six days after it, each with its own part of the spans."""
        for number in range(DAYS):
            day = self.today + timedelta(days=number)
            yield day, _common([whole_day(day, self.zone)], self.spans)


def coverage(teams: Sequence[TeamHours], now: datetime, zone: tzinfo) -> Coverage:
    """`teams`: of everybody in the home, at least one."""
    today = now.astimezone(zone).date()
    first, *others = [_joined(_spans(team, today)) for team in teams]
    for other in others:
        first = _common(first, other)
    return Coverage(first, today, zone)


def whole_day(day: date, zone: tzinfo) -> Span:
    """From midnight to midnight: when the clocks change it is 23 or 25 hours."""
    return _moment(day, 0, zone), _moment(day + timedelta(days=1), 0, zone)


def _spans(team: TeamHours, today: date) -> Iterator[Span]:
    """In order. A day of the team's zone may be the day before or after in the home's."""
    zone = ZoneInfo(team.time_zone)
    for number in range(-2, DAYS + 2):
        day = today + timedelta(days=number)
        if day not in team.holidays:
            for each in sorted(team.hours, key=lambda opening: opening.opens):
                if each.weekday == day.isoweekday():
                    yield _moment(day, each.opens, zone), _moment(day, each.closes, zone)


def _joined(spans: Iterator[Span]) -> list[Span]:
    """What ends where the next begins is one."""
    found: list[Span] = []
    for begins, ends in spans:
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found


def _common(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    pairs = ((max(a, b), min(c, d)) for a, c in some for b, d in others)
    return sorted((begins, ends) for begins, ends in pairs if begins < ends)


def _moment(day: date, minute: int, zone: tzinfo) -> datetime:
    return (datetime.combine(day, time(), zone) + timedelta(minutes=minute)).astimezone(UTC)
