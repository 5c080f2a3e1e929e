"""A whole rule set on cohorts of patients with heart failure, with a team that completes its tasks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from alerting.rules import Rule, RuleSet
from edge_agent.wire.vitals import Vital
from gateway.trials.readings_file import Arrival
from gateway.trials.trial import Trial
from gateway.trials.trial_events import RaisedEvent
from simulators.cohorts.heart_failure import Cohort, Marks
from simulators.score.cohort import Homes, RuleScore, interruptions, score
from simulators.score.logs import TEAM
from simulators.score.rules_of_thumb import by_rule_of_thumb

BEGAN = datetime(2026, 1, 1, 7, tzinfo=UTC)


def score_set(rule_set: RuleSet, homes: Homes) -> Iterator[RuleScore]:
    """The set, whatever it calls about, after the rules of thumb for the same patients."""
    cohorts = [cohort for of_home in homes.values() for cohort in of_home]
    thumb = [score(interruptions(by_rule_of_thumb(cohort.weights)), cohort) for cohort in cohorts]
    calls = [score(called(rule_set.rules, cohort), cohort) for cohort in cohorts]
    yield RuleScore.of("thumb, fewer patients", thumb, thumb)
    yield RuleScore.of(rule_set.name, calls, thumb)


def called(rules: tuple[Rule, ...], cohort: Cohort) -> Marks:
    """On which days (patients, days) somebody was called, whatever for."""
    calls = np.zeros(cohort.weights.shape, dtype=bool)
    for patient in range(cohort.size):
        trial = Trial(rules, TEAM, ZoneInfo("UTC"))
        for day in np.flatnonzero(~np.isnan(cohort.weights[patient])):
            at = BEGAN + timedelta(days=int(day))
            values = {Vital.BODY_WEIGHT: float(cohort.weights[patient, day])}
            for happening in trial.arrive(Arrival(str(patient), at, at, values, {}, None)):
                if happening.event is RaisedEvent.INTERRUPTION:
                    calls[patient, day] = True
    return calls
