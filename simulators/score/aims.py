"""What the shipped rules are to reach, held against what they do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simulators.cohorts.homes import HOMES
from simulators.score.cohort import CohortScore, Scores, mean
from simulators.score.log_score import LogScore

BY_THUMB, IN_A_WEEK = 1.5, 1.1
FALSE_SHARE = 0.5


@dataclass(frozen=True)
class Aim:
    """A number that is to reach `least`, or to stay within `most`."""

    name: str
    value: float
    least: float | None = None
    most: float | None = None

    @property
    def is_met(self) -> bool:
        """No number meets no aim."""
        if self.least is not None:
            return self.value >= self.least
        return self.most is not None and self.value <= self.most

    @property
    def bound(self) -> str:
        return f"at least {self.least:g}" if self.least is not None else f"at most {self.most:g}"


def on_logs(fed: LogScore, not_fed: LogScore) -> Iterator[Aim]:
    """Of the half of the logs that nothing was chosen on, with a team that takes 8 hours."""
    yield Aim("dangers untold", fed.untold_lows + fed.untold_severe_highs, most=0)
    yield Aim("excess over the floor, a patient-day", fed.excess_a_day, most=0.03)
    yield Aim("interruptions per breach", fed.calls_a_breach, most=0.28)
    yield Aim("symptoms not fed: told", not_fed.symptoms_told, least=0.7)
    yield Aim("symptoms not fed: above chance", not_fed.symptoms_above_chance, least=0.6)


def on_homes(rules: Scores, thumb: Scores, week_alone: Scores) -> Iterator[Aim]:
    """Of simulated heart failure."""
    above = [mean(scores, _above_chance) for scores in (rules, thumb, week_alone)]
    false = [mean(scores, _false_calls) for scores in (rules, thumb)]
    sparse = [mean(only(scores, is_sparse=True), _above_chance) for scores in (rules, thumb)]
    yield Aim("found minus chance, times the thumb's", above[0] / above[1], least=BY_THUMB)
    yield Aim("found minus chance, times that of a week alone", above[0] / above[2], least=IN_A_WEEK)
    yield Aim("false calls, share of the thumb's", false[0] / false[1], most=FALSE_SHARE)
    yield Aim("the same where weights are sparse, times the thumb's", sparse[0] / sparse[1], least=1)


def only(scores: Scores, *, is_sparse: bool) -> Scores:
    """The homes where people weigh themselves daily, or those where they do not."""
    return {home: of_home for home, of_home in scores.items() if HOMES[home].is_sparse is is_sparse}


def _above_chance(score: CohortScore) -> float:
    return score.above_chance


def _false_calls(score: CohortScore) -> float:
    return score.false_calls
