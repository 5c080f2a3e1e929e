"""The rules of thumb that patients are given: what every cleverer rule has to be worth more than."""

from __future__ import annotations

import numpy as np

from simulators.cohorts.heart_failure import Kilograms, Marks

IN_A_DAY_KG = 1.36  # 3 lb, American Heart Association, self-check plan for heart failure
IN_A_WEEK_KG = 2.3  # 5 lb, the same
WEEK = 7


def by_rule_of_thumb(weights: Kilograms) -> Marks:
    """On which days (patients, days) the weight has gained so much in a day or in a week."""
    return gained(weights, 1, IN_A_DAY_KG) | in_a_week(weights)


def in_a_week(weights: Kilograms) -> Marks:
    """On which days the weight has gained so much in a week."""
    return gained(weights, WEEK, IN_A_WEEK_KG)


def gained(weights: Kilograms, days: int, kg: float) -> Marks:
    """On which days the weight is `kg` or more above the oldest one of the `days` before."""
    oldest = np.full(weights.shape, np.nan)
    for ago in range(1, days + 1):
        earlier = np.full(weights.shape, np.nan)
        earlier[:, ago:] = weights[:, :-ago]
        oldest = np.where(np.isnan(earlier), oldest, earlier)
    raises: Marks = np.round(weights - oldest, 2) >= kg  # NaN is no gain
    return raises
