"""The second measurement that is asked for beside a task: what it may change, and what it may not.

The task is there at once. A repeat that does not come is "not repeated", and the task stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from alerting.rules import Repeat, RepeatUse
from alerting.verdict import Outcome, Outcomes
from alerting.windows import Bools, Floats

MINUTE = 60.0
LATER_S = 1.0
"""A repeat is measured so long after what it repeats, or later: what a device says within a second is one
measurement, and none is its own repeat."""


class RepeatState(StrEnum):
    """What has become of a repeat."""

    ASKED = "asked"
    CONFIRMED = "confirmed"  # the condition held on
    WITHDRAWN = "withdrawn"  # the first measurement was wrong
    RECOVERED = "recovered"  # the patient is better; what was measured stands
    NOT_REPEATED = "not-repeated"  # none came in time


@dataclass(frozen=True)
class Check:
    """A repeat that is asked for: a reading measured from `since` to `until`, seconds since 1970."""

    use: RepeatUse
    since: float
    until: float


def ask(repeat: Repeat | None, measured: float, now: float, *, is_beyond_doubt: bool) -> Check | None:
    """What is asked for beside a raise that arrives at `now`; None where it comes too late to be repeated.

    A value beyond doubt is withdrawn by nothing: a repeat shows whether the patient recovers.
    """
    if repeat is None:
        return None
    since = measured + max(repeat.after_minutes * MINUTE, LATER_S)
    if now > since + repeat.within_minutes * MINUTE:
        return None
    use = RepeatUse.RECOVERY_CHECK if is_beyond_doubt else repeat.use
    return Check(use, since, max(now, since) + repeat.within_minutes * MINUTE)


def answer(
    check: Check, times: Floats, outcomes: Outcomes, in_doubt: Bools
) -> tuple[RepeatState, int] | None:
    """What the first reading in time says, and its index; None where there is none yet.

    `times` (n,) and `outcomes` (n,) are those of the condition, in order of time. What its device doubts
    (`in_doubt`) answers nothing.
    """
    judged = np.isin(outcomes, (Outcome.CLEAR, Outcome.KEEP, Outcome.RAISE)) & ~in_doubt
    found = np.flatnonzero(judged & (times >= check.since) & (times <= check.until))
    if not found.size:
        return None
    index = int(found[0])
    if outcomes[index] != Outcome.CLEAR:
        return RepeatState.CONFIRMED, index
    withdraws = check.use is RepeatUse.MEASUREMENT_CHECK
    return RepeatState.WITHDRAWN if withdraws else RepeatState.RECOVERED, index
