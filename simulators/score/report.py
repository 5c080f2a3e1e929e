"""The scores of two rule sets: on logs of real patients and on simulated heart failure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from alerting.rules import Priority, Rule
from simulators.cohorts.heart_failure import Cohort, draw
from simulators.cohorts.homes import HOMES
from simulators.score import logs as real_logs
from simulators.score.aims import Aim, on_homes, on_logs
from simulators.score.calls import Team
from simulators.score.cohort import CohortScore, Scores, score, thumb, week_alone
from simulators.score.log_score import LogScore
from simulators.score.whole_set import by_set

URGENT_HOURS = 2.0, 8.0, 24.0
"""After so long a team completes an urgent task."""
USUAL_HOURS = 8.0
ROUTINE_HOURS = 72.0
TUNED_ON, OTHER = "tuned on", "other half"
THUMB, WEEK_ALONE, SET = "thumb", "a week alone", "shipped set"
Homes = Mapping[str, Sequence[Cohort]]
OfHome = Mapping[str, Sequence[CohortScore]]
"""By rule."""


@dataclass(frozen=True)
class LogColumn:
    """One half of the logs, heard by a team that takes so long, symptoms fed to the rules or not."""

    half: str
    urgent_hours: float
    symptoms_fed: bool
    score: LogScore


def team(urgent_hours: float) -> Team:
    """A team that completes an urgent task after so many hours."""
    return {Priority.URGENT: urgent_hours, Priority.ROUTINE: ROUTINE_HOURS}


def log_columns(logs: Sequence[real_logs.ScoredLog], rules: Sequence[Rule]) -> Iterator[LogColumn]:
    """Every second log is of the half that numbers were chosen on."""
    for fed in (True, False):
        for hours in URGENT_HOURS:
            patients = real_logs.listen(logs, rules, team(hours), symptoms=fed)
            yield LogColumn(TUNED_ON, hours, fed, LogScore.of(patients[::2]))
            yield LogColumn(OTHER, hours, fed, LogScore.of(patients[1::2]))


def draw_homes(patients: int, seeds: Sequence[int]) -> Homes:
    """So many patients of each home and seed."""
    return {name: [draw(home, patients, seed) for seed in seeds] for name, home in HOMES.items()}


def home_scores(rules: Sequence[Rule], homes: Homes) -> Iterator[tuple[str, OfHome]]:
    """Home after home, what the rules of thumb and the set do there."""
    every = {THUMB: thumb, WEEK_ALONE: week_alone, SET: by_set(rules, team(USUAL_HOURS))}
    for home, cohorts in homes.items():
        yield home, {name: [score(rule, cohort) for cohort in cohorts] for name, rule in every.items()}


def aims_on_logs(columns: Sequence[LogColumn]) -> list[Aim]:
    """Of the other half, by the usual team."""
    fed, not_fed = (
        next(
            each.score
            for each in columns
            if (each.half, each.urgent_hours, each.symptoms_fed) == (OTHER, USUAL_HOURS, fed)
        )
        for fed in (True, False)
    )
    return list(on_logs(fed, not_fed))


def aims_on_homes(scores: Mapping[str, Scores]) -> list[Aim]:
    """Over all homes."""
    return list(on_homes(scores[SET], scores[THUMB], scores[WEEK_ALONE]))
