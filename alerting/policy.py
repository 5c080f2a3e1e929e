"""What an episode asks of people, given what they have before them.

An episode is the condition, a task the work it asks for, an interruption the moment somebody's attention is
taken. Each condition is looked at by itself: high and low never silence each other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from alerting.repeat import Check
from alerting.rules import Priority
from alerting.windows import HOUR


class Effect(StrEnum):
    """What becomes of a patient's task of one condition."""

    CREATED = "created"  # a new task
    REOPENED = "reopened"  # a new task: the last one is done, and the same episode raises again
    RAISED = "raised"  # the open task becomes more pressing
    WOKEN = "woken"  # the open task is before people again: it was put aside, or tells of something else too
    JOINED = "joined"  # the open task is pressing enough
    CLOSED = "closed"  # nobody had begun the open task, and nothing asks for it any more
    WITHDRAWN = (
        "withdrawn"  # nobody had begun the open task, and a repeat shows that it rests on a wrong value
    )

    @property
    def is_new_task(self) -> bool:
        return self in (Effect.CREATED, Effect.REOPENED)


@dataclass(frozen=True)
class Work:
    """What people have been asked about one condition of a patient, and when they last dealt with it."""

    open_priority: Priority | None = None  # of the open task, if there is one
    is_claimed: bool = False
    is_snoozed: bool = False
    is_late: bool = False  # the open task is that of a backlog
    is_shared: bool = False  # and speaks for other conditions too
    check: Check | None = None  # the repeat that is asked for beside the open task
    last_episode: int | None = None  # for which the newest task was made
    completed_at: float = -math.inf  # when people last completed a task, in seconds since 1970


NO_WORK = Work()


def after_raise(priority: Priority, episode: int, work: Work) -> Effect:
    """What a raise does. Completing a task never mutes: without an open one there is a new one."""
    if work.open_priority is not None:
        if priority.outranks(work.open_priority):
            return Effect.RAISED
        wakes = work.is_snoozed and not work.open_priority.outranks(priority)
        return Effect.WOKEN if wakes else Effect.JOINED
    return Effect.REOPENED if episode == work.last_episode else Effect.CREATED


def after_late(priority: Priority, backlog: Work) -> Effect:
    """What the first late raise of another condition does to the open task of a backlog, which it joins."""
    if backlog.open_priority is None or priority.outranks(backlog.open_priority):
        return Effect.RAISED
    return Effect.JOINED if priority is Priority.ROUTINE else Effect.WOKEN


def after_clear(work: Work) -> Effect | None:
    """What the end of an episode does: only a routine task that nobody has claimed closes by itself."""
    closes = work.open_priority is Priority.ROUTINE and not (work.is_claimed or work.is_shared)
    return Effect.CLOSED if closes else None


def may_withdraw(work: Work) -> bool:
    """Whether a repeat that shows a wrong measurement closes the task: not one that somebody has begun."""
    return work.open_priority is not None and not (work.is_claimed or work.is_shared)


def counted_from(priority: Priority, work: Work) -> float:
    """The time after which readings count for a rule: a routine pattern that was dealt with counts anew."""
    return work.completed_at if priority is Priority.ROUTINE else -math.inf


LATE_S = 6 * HOUR
"""A raise that arrives so long after it was measured is late. Ours: a shift at most has passed without it."""


def is_late(measured: float, now: float) -> bool:
    """Whether a reading tells of what was, rather than of what is."""
    return now - measured >= LATE_S
