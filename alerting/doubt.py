"""Whether a value may be wrong or somebody else's. A doubt is said beside a raise, and keeps none untold."""

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
    """Why a reading may be wrong or another person's, in words; None where nothing says so."""
    found = (_doubted_by_device(series, index), _anybodys(series, index), _strange_weight(series, index))
    return " ".join(each for each in found if each) or None


def _doubted_by_device(series: Series, index: int) -> str | None:
    text = ", ".join(name.replace("-", " ") for name in series.doubts(index))
    return f"The device itself puts this value in doubt: {text}." if text else None


def _anybodys(series: Series, index: int) -> str | None:
    if series.mark(ANYBODYS)[index]:
        return "The device did not say who used it, and others use it too."
    return None


def _strange_weight(series: Series, index: int) -> str | None:
    weights = series.vital(WEIGHT)
    patient = int(series.patients[index])
    here = slice(int(series.starts[patient]), index)
    before = weights[here][np.isfinite(weights[here]) & ~series.in_doubt[here]]
    if not np.isfinite(weights[index]) or before.size < LEAST_BEFORE:
        return None
    off = float(weights[index] - np.median(before))
    if abs(off) < STRANGE_KG:
        return None
    return f"{off:+.1f} kg from what the patient usually weighs: somebody else may have used the scale."
