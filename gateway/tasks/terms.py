"""How long people have: the one table of a task's two clocks, of claims, snoozes and escalation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from alerting.rules import Priority

NEVER = timedelta(0)


class Clock(StrEnum):
    """What a task waits for."""

    ACKNOWLEDGE = "acknowledge"  # somebody takes it
    RESOLVE = "resolve"


class Level(StrEnum):
    """Who is told that a clock has run out, one after the other."""

    OWNER = "owner"
    ROLE = "role"  # the nurses of the team
    BACKUP = "backup"
    LEAD = "lead"


LEVELS = tuple(Level)


@dataclass(frozen=True)
class Terms:
    """What holds for one priority. `in_working_time`: for clocks and climbing only the team's hours count."""

    acknowledge: timedelta
    resolve: timedelta
    lapse: timedelta  # a claim that nothing follows ends
    longest_snooze: timedelta
    climb: timedelta  # from one level to the next
    repeat: timedelta  # of the last one, until a person answers
    in_working_time: bool
    source: str


def _minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


_OURS = "Ours: the team's choice, to be confirmed by those who use it"

TERMS: Mapping[Priority, Terms] = {
    Priority.STAT: Terms(
        acknowledge=_minutes(5),
        resolve=_minutes(30),
        lapse=_minutes(5),
        longest_snooze=NEVER,
        climb=_minutes(5),
        repeat=_minutes(15),
        in_working_time=False,
        source=_OURS,
    ),
    Priority.ASAP: Terms(
        acknowledge=_minutes(10),
        resolve=_minutes(60),
        lapse=_minutes(10),
        longest_snooze=_minutes(15),
        climb=_minutes(10),
        repeat=_minutes(30),
        in_working_time=False,
        source=_OURS,
    ),
    Priority.URGENT: Terms(
        acknowledge=_minutes(15),
        resolve=_minutes(120),
        lapse=_minutes(15),
        longest_snooze=_minutes(60),
        climb=_minutes(15),
        repeat=_minutes(60),
        in_working_time=False,
        source=_OURS,
    ),
    Priority.ROUTINE: Terms(
        acknowledge=timedelta(hours=8),
        resolve=timedelta(hours=24),
        lapse=timedelta(days=3),
        longest_snooze=timedelta(days=14),
        climb=timedelta(hours=8),
        repeat=timedelta(hours=24),
        in_working_time=True,
        source=_OURS,
    ),
}
