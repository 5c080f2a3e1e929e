"""Whether a value may be wrong or somebody else's. A doubt is said beside a raise, and keeps none untold."""

from __future__ import annotations

from alerting.series import STRANGE, Series
from alerting.strangers import from_usual

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
    if not series.mark(STRANGE)[index]:
        return None
    off = from_usual(series)[index]
    return f"{off:+.1f} kg from what the patient usually weighs: somebody else may have used the scale."
