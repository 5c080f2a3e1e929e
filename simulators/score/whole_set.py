"""A whole rule set on cohorts of patients with heart failure, with a team that completes its tasks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from alerting.rules import Rule
from alerting.series import Series
from edge_agent.wire.vitals import Vital
from simulators.cohorts.heart_failure import Cohort
from simulators.score import cohort as cohorts
from simulators.score.calls import Team, calls
from simulators.score.cohort import CallDays

ABOUT_FLUID = frozenset({"weight-gain", "congestion"})
"""The conditions that find a decompensation; a call about a weight that falls finds none."""


def by_set(rules: Sequence[Rule], team: Team) -> cohorts.Rule:
    """The rules as something that calls."""

    def call_days(cohort: Cohort) -> CallDays:
        weighed = np.argwhere(~np.isnan(cohort.weights))
        every, about_fluid = np.zeros((2, *cohort.weights.shape), dtype=bool)
        for call in calls(rules, series_of(cohort), team):
            patient, day = weighed[call.reading]
            every[patient, day] = True
            about_fluid[patient, day] |= call.rule.condition in ABOUT_FLUID
        return CallDays(every, about_fluid)

    return call_days


def series_of(cohort: Cohort) -> Series:
    """The cohort's weights as they are judged."""
    measured = ~np.isnan(cohort.weights)
    starts = np.concatenate([[0], np.cumsum(measured.sum(axis=1))]).astype(np.int64)
    times = cohort.times[measured]
    weights = {Vital.BODY_WEIGHT.code: cohort.weights[measured]}
    return Series(times, weights, starts, local_times=times)
