"""Whether a value may be somebody else's. A doubt is said beside a raise, and keeps none from being told."""

from __future__ import annotations

import numpy as np

from alerting.series import Series

LEAST_BEFORE = 3
STRANGE_KG = 7.0
"""So far from the median of the weights before, somebody else may have stood on the scale. Ours: fluid alone
rarely makes so much between two weighings, and most adults of a household differ by more."""
WEIGHT = "body_weight"
ANYBODYS = "anybodys"
"""The mark of a reading whose device several people use, and which does not say who did this time."""


def doubt(series: Series, index: int) -> str | None:
    """Why a reading may be another person's, in words; None where nothing says so."""
    if series.mark(ANYBODYS)[index]:
        return "The device did not say who used it, and others use it too."
    return _strange_weight(series, index)


def _strange_weight(series: Series, index: int) -> str | None:
    weights = series.vital(WEIGHT)
    patient = int(series.patients[index])
    before = weights[int(series.starts[patient]) : index]
    before = before[np.isfinite(before)]
    if not np.isfinite(weights[index]) or before.size < LEAST_BEFORE:
        return None
    off = float(weights[index] - np.median(before))
    if abs(off) < STRANGE_KG:
        return None
    return f"{off:+.1f} kg from what the patient usually weighs: somebody else may have used the scale."
