"""What a rule answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Outcomes = NDArray[np.int8]


class Outcome(IntEnum):
    """A rule's answer at one reading, at that reading's own time."""

    NOT_CONFIGURED = -1  # the rule needs something of the patient that nobody has set
    NO_DATA = 0  # the reading says nothing about this rule
    CLEAR = 1  # the condition does not hold
    KEEP = 2  # between the limits: what held before holds on
    RAISE = 3  # the condition holds


@dataclass(frozen=True)
class Verdict:
    """An outcome with its reason in one plain sentence and the indices of the readings it rests on."""

    outcome: Outcome
    reason: str
    evidence: tuple[int, ...]
