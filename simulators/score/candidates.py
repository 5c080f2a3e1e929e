"""Rule kinds that could watch a weight, each at the limits that are tried, and which of them does best."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from alerting.kinds.baseline import Baseline, Unusual
from alerting.kinds.change import Change
from alerting.kinds.control_charts import Cusum, Ewma
from alerting.kinds.crossing import Crossing
from alerting.kinds.kind import Measure
from alerting.kinds.score_kind import ScoreKind
from alerting.kinds.slope import Slope
from alerting.verdict import Outcome
from edge_agent.wire.vitals import Vital
from simulators.cohorts.heart_failure import Cohort
from simulators.score.cohort import CallDays, Rule, Scores, interruptions, mean, score_homes, thumb
from simulators.score.whole_set import series_of

WEIGHT = Measure(Vital.BODY_WEIGHT.code, Vital.BODY_WEIGHT.display, Vital.BODY_WEIGHT.unit)
USUAL = Baseline(days=28, gap_days=7, least_values=10, least_spread=0.3)
STANDS_OUT = Unusual(WEIGHT, limit=2.5, clear=2.5, baseline=USUAL)
ANY = 0.0  # stands in for the limit that is tried
FALSE_SHARE = 0.5
"""Of the false calls by thumb a kind may make so many."""

KINDS: Mapping[str, tuple[ScoreKind, Sequence[float]]] = {
    "gain over 3 days": (Change(WEIGHT, ANY, 0.0, days=3), (1.4, 1.6, 1.8, 2.0, 2.3, 2.6)),
    "gain over 7 days": (Change(WEIGHT, ANY, 0.0, days=7), (1.6, 1.8, 2.0, 2.3, 2.6, 3.0)),
    "gain over 3 days that stands out": (
        Change(WEIGHT, ANY, 0.0, days=3, unusual=STANDS_OUT),
        (0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0),
    ),
    "gain over 7 days that stands out": (
        Change(WEIGHT, ANY, 0.0, days=7, unusual=STANDS_OUT),
        (0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0),
    ),
    "slope over 10 days": (
        Slope(WEIGHT, ANY, 0.0, days=10, least_values=4, least_days=6),
        (0.9, 1.1, 1.3, 1.5, 1.8, 2.1),
    ),
    "unusual value": (Unusual(WEIGHT, ANY, 0.0, USUAL), (1.75, 2.0, 2.25, 2.5, 3.0, 3.5)),
    "EWMA": (Ewma(WEIGHT, ANY, 0.0, USUAL, half_life_days=2), (1.0, 1.2, 1.4, 1.6, 1.8, 2.0)),
    "CUSUM": (Cusum(WEIGHT, ANY, 0.0, USUAL, days=14, slack=0.75), (3.0, 4.0, 5.0, 6.0, 7.0, 8.0)),
    "crossing averages": (
        Crossing(WEIGHT, ANY, 0.0, days=3, long_days=28, least_values=5),
        (0.6, 0.7, 0.8, 0.9, 1.0, 1.2),
    ),
}


@dataclass(frozen=True)
class KindScore:
    """A kind at the limit that was best on what it was tuned on, and what it does on other patients."""

    name: str
    limit: float
    scores: Scores


def compare(
    tuned_on: Mapping[str, Sequence[Cohort]], judged_on: Mapping[str, Sequence[Cohort]]
) -> Iterator[KindScore]:
    """Each kind at the limit that finds most above chance with few enough false calls."""
    most = FALSE_SHARE * mean(score_homes(thumb, tuned_on), lambda each: each.false_calls)
    for name, (kind, limits) in KINDS.items():
        tuned = {limit: score_homes(at(kind, limit), tuned_on) for limit in limits}
        limit = best(tuned, most)
        yield KindScore(name, limit, score_homes(at(kind, limit), judged_on))


def best(tuned: Mapping[float, Scores], most_false: float) -> float:
    """The limit that finds most above chance; the widest, where all call too often."""
    few = [
        limit for limit, scores in tuned.items() if mean(scores, lambda each: each.false_calls) <= most_false
    ]
    return max(few, key=lambda limit: mean(tuned[limit], lambda each: each.above_chance), default=max(tuned))


def at(kind: ScoreKind, limit: float) -> Rule:
    """The kind with a limit, as something that calls."""

    def call_days(cohort: Cohort) -> CallDays:
        raises = np.zeros(cohort.weights.shape, dtype=bool)
        outcomes = replace(kind, limit=limit, clear=limit / 2).outcomes(series_of(cohort))
        raises[~np.isnan(cohort.weights)] = outcomes == Outcome.RAISE
        calls = interruptions(raises)
        return CallDays(calls, about_fluid=calls)

    return call_days
