"""What every kind of rule is, and the words they share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np

from alerting.series import Series
from alerting.verdict import Outcome, Outcomes, Verdict
from alerting.windows import Floats

DAY_HOURS = 24
DECIMALS = 4
"""Scores are compared to this: 72.3 - 70.3 falls short of 2 by what binary fractions cannot hold."""


class RuleKind(Protocol):
    """Parameters that answer with an outcome at every reading, from it and what came before it."""

    @property
    def look_back_days(self) -> float:
        """How much history one outcome rests on."""

    @property
    def vitals(self) -> tuple[str, ...]:
        """The vitals it reads."""

    @property
    def known_before(self) -> tuple[str, ...]:
        """Vitals whose last value counts too where it is older than that."""

    @property
    def sentence(self) -> str:
        """What raises and what clears, for people, without a capital and a full stop."""

    def outcomes(self, series: Series) -> Outcomes:
        """The Outcome at each reading (n,), int8."""

    def explain(self, series: Series, index: int, outcome: Outcome) -> Verdict:
        """The verdict at one reading, given its outcome."""


@dataclass(frozen=True)
class Measure:
    """A vital with its name and its unit as people write them."""

    vital: str
    name: str
    unit: str

    def text(self, value: float) -> str:
        """A value of it, with the unit."""
        return f"{value:g} {self.unit}"


class Direction(StrEnum):
    """Which way is the wrong way."""

    RISE = "rise"
    FALL = "fall"

    @property
    def sign(self) -> float:
        return 1.0 if self is Direction.RISE else -1.0

    @property
    def side(self) -> str:
        return "above" if self is Direction.RISE else "below"


def judged(scores: Floats, limit: float, clear: float) -> Outcomes:
    """The outcomes (n,) of scores that are worse the higher: raise from `limit` on, clear up to `clear`.

    NaN is no data.
    """
    rounded = np.round(scores, DECIMALS)
    outcomes = np.full(scores.size, Outcome.KEEP, dtype=np.int8)
    outcomes[rounded <= clear] = Outcome.CLEAR
    outcomes[rounded >= limit] = Outcome.RAISE
    outcomes[np.isnan(scores)] = Outcome.NO_DATA
    return outcomes


def sentence_case(text: str) -> str:
    """The text with a capital."""
    return text[:1].upper() + text[1:]


def calendar(days: int) -> float:
    """What is within so many calendar days, one of 25 hours among them, is at most so many days old."""
    return days + 1.0 / DAY_HOURS


def days_text(days: float) -> str:
    """A span in words."""
    return "1 day" if days == 1 else f"{days:g} days"


def hours_text(hours: float) -> str:
    """A span in words."""
    if hours > DAY_HOURS and hours % DAY_HOURS == 0:
        return days_text(hours / DAY_HOURS)
    return "1 hour" if hours == 1 else f"{hours:g} hours"
