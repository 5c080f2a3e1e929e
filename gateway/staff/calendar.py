"""When a care team is there, and what that means for time that counts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
WEEK_DAYS = range(1, 8)
"""As in ISO 8601: Monday is 1."""
LONGEST_WAIT = timedelta(days=370)
"""Nothing is put off for longer, however few hours a team has."""


class Opening(NamedTuple):
    """From when to when on one day, in minutes since midnight on the wall clock; the end is exclusive."""

    opens: int
    closes: int


class Gap(NamedTuple):
    """When nobody is there in an ordinary week: from a minute of a weekday, for so many minutes."""

    weekday: int
    minute: int
    minutes: int


@dataclass(frozen=True)
class Calendar:
    """A team's hours by weekday, in order and without overlap; the days on which it has none; its zone."""

    zone: ZoneInfo
    hours: Mapping[int, Sequence[Opening]]
    holidays: frozenset[date] = field(default_factory=frozenset)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there."""
        today = at.astimezone(self.zone).date()
        return any(begins <= at < ends for begins, ends in self._spans_of(today))

    def add(self, since: datetime, working: timedelta) -> datetime:
        """When so much time has passed in which somebody was there. At most LONGEST_WAIT after `since`."""
        left = working
        for begins, ends in self._spans_from(since):
            if ends - begins >= left:
                return (begins + left).astimezone(since.tzinfo)
            left -= ends - begins
        return since + LONGEST_WAIT

    def gaps(self) -> list[Gap]:
        """The hours of an ordinary week in which nobody is there; one over midnight is one gap."""
        spans = [
            (weekday - 1) * DAY_MINUTES + minute
            for weekday in WEEK_DAYS
            for opening in self.hours.get(weekday, ())
            for minute in opening
        ]
        if not spans:
            return [Gap(1, 0, 7 * DAY_MINUTES)]
        ends, begins = spans[1::2], [*spans[2::2], spans[0] + 7 * DAY_MINUTES]
        return [
            Gap(end // DAY_MINUTES % 7 + 1, end % DAY_MINUTES, begin - end)
            for end, begin in zip(ends, begins, strict=True)
            if begin > end
        ]

    def _spans_from(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        first = since.astimezone(self.zone).date()
        for days in range(LONGEST_WAIT.days):
            for begins, ends in self._spans_of(first + timedelta(days=days)):
                if ends > since:
                    yield max(begins, since), ends

    def _spans_of(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The real times of a day's openings: a day on which clocks change is an hour shorter or longer."""
        if day in self.holidays:
            return
        for opening in self.hours.get(day.isoweekday(), ()):
            yield self._moment(day, opening.opens), self._moment(day, opening.closes)

    def _moment(self, day: date, minute: int) -> datetime:
        wall = datetime.combine(day, time(), self.zone) + timedelta(minutes=minute)
        return wall.astimezone(UTC)


ALWAYS = Calendar(ZoneInfo("UTC"), {weekday: (Opening(0, DAY_MINUTES),) for weekday in WEEK_DAYS})
"""Of a team that has not said when it is there: every hour counts."""


def is_in_order(openings: Sequence[Opening]) -> bool:
    """Whether a day's openings are what a calendar can hold."""
    return all(0 <= each.opens < each.closes <= DAY_MINUTES for each in openings) and all(
        before.closes <= after.opens for before, after in pairwise(openings)
    )


def wall_time(minute: int) -> str:
    """Minutes since midnight as a clock shows them; the end of a day is 24:00."""
    return f"{minute // 60:02}:{minute % 60:02}"


def minute_of(wall: str) -> int:
    """The reverse of `wall_time`."""
    hours, minutes = wall.split(":")
    return int(hours) * 60 + int(minutes)
