"""What follows when somebody acts on a task, as seen at `version`, or why nothing does. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from gateway.tasks.outcomes import Outcome
from gateway.tasks.states import STEPS, WORK, Action, Refusal, Standing, Status, StatusChange, Who
from gateway.tasks.terms import NEVER, TERMS

REVIEWS = frozenset({Action.CONFIRM, Action.SEND_BACK})
GIVING_UP = frozenset({Action.CANCEL, Action.FAIL})


def step(action: Action, task: Standing, by: int, version: int) -> StatusChange | Refusal:
    """`by` takes a step that needs nothing else to be said. Claiming one's own again changes nothing."""
    if action is Action.CLAIM and task.status.is_open and task.owner_id == by:
        return as_it_is(task)
    if refusal := _refusal(action, task, by, version):
        return refusal
    if action is Action.DECLINE and task.owner_id is None:
        return StatusChange(Status.READY, None)
    row = STEPS[action]
    return StatusChange(row.after, by if row.takes else task.owner_id)


def hand_off(task: Standing, by: int, version: int, to: int) -> StatusChange | Refusal:
    """`by` offers the task to `to`, and owns it until that is accepted."""
    if to == by:
        return Refusal.OWN_WORK
    change = step(Action.HAND_OFF, task, by, version)
    return replace(change, offered_to_id=to) if isinstance(change, StatusChange) else change


def snooze(task: Standing, by: int, version: int, until: datetime, now: datetime) -> StatusChange | Refusal:
    """`by` puts the task aside until a time. Stat never; the more pressing, the shorter."""
    change = step(Action.SNOOZE, task, by, version)
    if isinstance(change, Refusal):
        return change
    if until <= now:
        return Refusal.SNOOZE_IN_THE_PAST
    if until - now > TERMS[task.priority].longest_snooze:
        return Refusal.SNOOZE_TOO_LONG
    return replace(change, snoozed_until=until)


def complete(task: Standing, by: int, version: int, outcome: Outcome) -> StatusChange | Refusal:
    """`by` ends the task with `outcome`, or asks another person to confirm it where that is needed."""
    change = step(Action.COMPLETE, task, by, version)
    if isinstance(change, Refusal):
        return change
    if task.is_pressing and not outcome.completes_pressing:
        return Refusal.OUTCOME_LEAVES_IT_OPEN
    return StatusChange(Status.REQUESTED, by, proposed_outcome=outcome.code) if task.needs_review else change


def work(task: Standing, by: int) -> StatusChange | Refusal:
    """`by` adds a note or an attempt to reach somebody. The owner's first one begins the work."""
    if not task.status.is_open:
        return Refusal.CLOSED
    begins = task.owner_id == by and task.status is Status.ACCEPTED
    return StatusChange(Status.IN_PROGRESS, by) if begins else as_it_is(task)


def by_itself(action: Action, task: Standing) -> StatusChange:
    """What the gateway does: a claim lapses, or a task that was put aside comes back to its owner."""
    row = STEPS[action]
    return StatusChange(row.after, None if action is Action.LAPSE else task.owner_id)


def release(task: Standing, left: int) -> StatusChange:
    """Somebody has left: what they had is nobody's, though still offered to whom they offered it.

    What they were offered is whose it was.
    """
    if task.owner_id != left:
        return StatusChange(Status.READY if task.owner_id is None else Status.IN_PROGRESS, task.owner_id)
    return StatusChange(
        Status.READY if task.offered_to_id is None else Status.REQUESTED, None, task.offered_to_id
    )


def as_it_is(task: Standing) -> StatusChange:
    """Nothing changes."""
    return StatusChange(task.status, task.owner_id, task.offered_to_id, task.proposed_outcome)


def possible(task: Standing, by: int) -> frozenset[Action]:
    """What `by` can do to the task as it stands; some of it with a word of why, an outcome or a name."""
    return _possible(replace(task, version=0), by)


@lru_cache(maxsize=1024)
def _possible(task: Standing, by: int) -> frozenset[Action]:
    """Of a list's tasks most stand alike."""
    found = {action for action in STEPS if isinstance(step(action, task, by, task.version), StatusChange)}
    if task.owner_id == by:
        found.discard(Action.CLAIM)
    if TERMS[task.priority].longest_snooze == NEVER:
        found.discard(Action.SNOOZE)
    if task.status.is_open:
        return frozenset(found | WORK)
    return frozenset(found if task.status is Status.ENTERED_IN_ERROR else found | {Action.REOPEN})


def _refusal(action: Action, task: Standing, by: int, version: int) -> Refusal | None:
    row = STEPS[action]
    if not task.status.is_open and task.status not in row.before:
        return Refusal.CLOSED
    if refusal := _not_theirs(row.who, task, by):
        return refusal
    if version != task.version:
        return Refusal.STALE
    if task.status not in row.before or (action in REVIEWS and task.proposed_outcome is None):
        return Refusal.NOT_NOW
    return Refusal.NEEDS_AN_OUTCOME if action in GIVING_UP and task.needs_an_outcome else None


def _not_theirs(who: Who, task: Standing, by: int) -> Refusal | None:
    is_nobodys, is_theirs = task.owner_id is None, task.owner_id == by
    rows: Mapping[Who, tuple[bool, Refusal]] = {
        Who.ANYBODY: (True, Refusal.NOT_NOW),
        Who.NOBODYS: (is_nobodys, Refusal.TAKEN),
        Who.OWNER: (is_theirs, Refusal.NOT_YOURS if is_nobodys else Refusal.TAKEN),
        Who.OWNER_OR_NOBODYS: (is_theirs or is_nobodys, Refusal.TAKEN),
        Who.NOT_OWNER: (not is_theirs, Refusal.OWN_WORK),
        Who.OFFERED: (task.offered_to_id == by, Refusal.NOT_OFFERED),
        Who.GATEWAY: (False, Refusal.NOT_NOW),
    }
    allowed, refusal = rows[who]
    return None if allowed else refusal
