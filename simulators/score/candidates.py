"""Rule kinds that could watch a weight, each with the limits it is tried at, from the strictest on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from alerting.kinds.baseline import Baseline, Unusual
from alerting.kinds.change import Change
from alerting.kinds.control_charts import Cusum, Ewma
from alerting.kinds.crossing import Crossing
from alerting.kinds.kind import Measure, RuleKind
from alerting.kinds.score_kind import ScoreKind
from alerting.kinds.slope import Slope
from alerting.series import Series
from alerting.verdict import Outcome
from alerting.windows import DAY, HOUR
from edge_agent.wire.vitals import Vital
from simulators.cohorts.heart_failure import Cohort, Marks

WEIGHT = Measure(Vital.BODY_WEIGHT.code, Vital.BODY_WEIGHT.display, Vital.BODY_WEIGHT.unit)
USUAL = Baseline(days=28, gap_days=7, least_values=10, least_spread=0.3)
STANDS_OUT = Unusual(WEIGHT, limit=2.5, clear=2.5, baseline=USUAL)
MORNING = 7 * HOUR
ANY = 0.0  # stands in for the limit that is tried

KINDS: Mapping[str, tuple[ScoreKind, Sequence[float]]] = {
    "gain over 3 days": (Change(WEIGHT, ANY, 0.0, days=3), (1.2, 1.4, 1.6, 1.8, 2.0, 2.3, 2.6)),
    "gain that stands out": (
        Change(WEIGHT, ANY, 0.0, days=3, unusual=STANDS_OUT),
        (0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.3),
    ),
    "slope over 10 days": (
        Slope(WEIGHT, ANY, 0.0, days=10, least_values=6, least_days=6),
        (0.5, 0.7, 0.9, 1.1, 1.3, 1.5, 1.8),
    ),
    "unusual value": (Unusual(WEIGHT, ANY, 0.0, USUAL), (1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 3.0)),
    "EWMA": (Ewma(WEIGHT, ANY, 0.0, USUAL, half_life_days=2), (0.5, 0.75, 1.0, 1.2, 1.4, 1.6, 1.8)),
    "CUSUM": (Cusum(WEIGHT, ANY, 0.0, USUAL, days=14, slack=0.75), (1.5, 2.0, 3.0, 4.0, 5.0, 6.0)),
    "crossing averages": (
        Crossing(WEIGHT, ANY, 0.0, days=3, long_days=28, least_values=10),
        (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2),
    ),
}


def series_of(cohort: Cohort) -> Series:
    """The cohort's weights as they are judged: each morning at seven."""
    measured = ~np.isnan(cohort.weights)
    _, days = np.nonzero(measured)
    starts = np.concatenate([[0], np.cumsum(measured.sum(axis=1))]).astype(np.int64)
    times = (days * DAY + MORNING).astype(np.float64)
    return Series(times, {WEIGHT.vital: cohort.weights[measured]}, starts)


def by_kind(kind: RuleKind, cohort: Cohort) -> Marks:
    """On which days (patients, days) the kind raises."""
    raises = np.zeros(cohort.weights.shape, dtype=bool)
    raises[~np.isnan(cohort.weights)] = kind.outcomes(series_of(cohort)) == Outcome.RAISE
    return raises


def at(kind: ScoreKind, limit: float) -> Callable[[Cohort], Marks]:
    """The kind with a limit, as something that marks days."""
    return lambda cohort: by_kind(replace(kind, limit=limit, clear=limit / 2), cohort)
