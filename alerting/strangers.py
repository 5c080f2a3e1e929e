"""Weights that may be somebody else's: far from what stood on the scale before."""

from __future__ import annotations

import numpy as np

from alerting.series import Series
from alerting.track import Track
from alerting.windows import Bools, Floats, medians

WEIGHT = "body_weight"
CONFIRMED = "confirmed"
"""The mark of a reading of which somebody has said that it is the patient's."""
STRANGE_KG = 7.0
"""So far from the median of the weights before, somebody else may have stood on the scale. Ours: fluid alone
rarely makes so much between two weighings, and most adults of a household differ by more."""
MOST_BEFORE = 7
"""Held against the median of so many weights before: a stranger or two move it little, and a weight that
stays is the patient's own after four."""
LEAST_BEFORE = 3


def strange_weights(series: Series) -> Bools:
    """Which readings (n,) have a weight that may be another person's, and nobody has said whose."""
    found = np.zeros(series.times.size, dtype=bool)
    found[np.abs(from_usual(series)) >= STRANGE_KG] = True
    return found & ~series.mark(CONFIRMED)


def from_usual(series: Series) -> Floats:
    """How far each weight (n,) is from the median of those before, kg; NaN where they are too few.

    What devices doubt themselves is left out.
    """
    weights = series.vital(WEIGHT)
    apart = np.full(series.times.size, np.nan)
    track = Track.where(series, np.isfinite(weights) & ~series.doubted_by_device, weights)
    if track.size == 0:
        return apart
    before = np.arange(track.size)[:, np.newaxis] - np.arange(MOST_BEFORE, 0, -1)
    is_theirs = before >= track.starts[track.series.patients[track.indices]][:, np.newaxis]
    usual = np.where(is_theirs, track.values[np.maximum(before, 0)], np.nan)
    enough = np.flatnonzero(is_theirs.sum(axis=1) >= LEAST_BEFORE)
    apart[track.indices[enough]] = track.values[enough] - medians(usual[enough])
    return apart
