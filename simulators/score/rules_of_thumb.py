"""The rules of thumb that patients are given: what every cleverer rule has to be worth more than."""

from __future__ import annotations

import numpy as np

from simulators.cohorts.heart_failure import Kilograms, Marks

IN_A_DAY_KG = 1.36  # 3 lb, American Heart Association, self-check plan for heart failure
IN_A_WEEK_KG = 2.3  # 5 lb, the same
WEEK = 7


def by_rule_of_thumb(weights: Kilograms) -> Marks:
    """On which days (patients, days) the weight is so far above yesterday's or last week's."""
    return gained(weights, 1, IN_A_DAY_KG) | gained(weights, WEEK, IN_A_WEEK_KG)


def gained(weights: Kilograms, days: int, kg: float) -> Marks:
    """On which days the weight is `kg` or more above that of `days` before; not where either is missing."""
    raises = np.zeros(weights.shape, dtype=bool)
    raises[:, days:] = np.round(weights[:, days:] - weights[:, :-days], 2) >= kg  # NaN is no gain
    return raises
