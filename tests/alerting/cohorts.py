"""Series of a few patients with all that is odd: gaps of a year, NaN, infinities, ties, one value, none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from alerting.kinds.kind import RuleKind
from alerting.series import Series
from alerting.verdict import Outcome
from alerting.windows import HOUR

ODD = (float("nan"), float("inf"), float("-inf"))
STEPS_H = (0.0, 0.25, 3.0, 11.0, 24.0, 24.0, 24.0, 49.0, 8_766.0)
"""From one reading to the next: mostly days, sometimes at once, sometimes a year."""


@dataclass(frozen=True)
class Row:
    """One reading of one patient, for a plain loop."""

    time: float
    values: tuple[float, ...]
    mark: bool


Patient = Sequence[Row]


@st.composite
def patients(
    draw: st.DrawFn, low: int = 70, high: int = 90, vitals: int = 1, size: int = 25
) -> list[list[Row]]:
    """Up to four patients; values are whole numbers, or none."""
    value = st.one_of(
        st.integers(low, high).map(float), st.integers(low, high).map(float), st.sampled_from(ODD)
    )
    cohort = []
    for _ in range(draw(st.integers(1, 4))):
        time = draw(st.integers(0, 500)) * HOUR
        rows = []
        for _ in range(draw(st.integers(0, size))):
            time += draw(st.sampled_from(STEPS_H)) * HOUR
            rows.append(Row(time, tuple(draw(value) for _ in range(vitals)), draw(st.booleans())))
        cohort.append(rows)
    return cohort


def series_of(cohort: Sequence[Patient], *codes: str, mark: str = "mark") -> Series:
    """The cohort as arrays. The patients live two hours east of Greenwich."""
    rows = [row for patient in cohort for row in patient]
    times = np.array([row.time for row in rows], dtype=float)
    return Series(
        times=times,
        vitals={
            code: np.array([row.values[number] for row in rows], dtype=float)
            for number, code in enumerate(codes)
        },
        starts=np.cumsum([0, *map(len, cohort)]).astype(np.int64),
        marks={mark: np.array([row.mark for row in rows], dtype=bool)},
        local_times=times + 2 * HOUR,
    )


def one_by_one(cohort: Sequence[Patient], outcome: Callable[[Patient], Outcome]) -> list[Outcome]:
    """What `outcome` says at each reading, given the patient's readings up to it."""
    return [outcome(patient[: end + 1]) for patient in cohort for end in range(len(patient))]


def by_score(score: float | None, limit: float, clear: float) -> Outcome:
    """A plain comparison."""
    if score is None:
        return Outcome.NO_DATA
    score = round(score, 4)
    return Outcome.RAISE if score >= limit else Outcome.CLEAR if score <= clear else Outcome.KEEP


def known(rows: Patient) -> list[tuple[float, float]]:
    """Times and numbers, what is none left out."""
    return [(row.time, row.values[0]) for row in rows if np.isfinite(row.values[0])]


def explains_itself(kind: RuleKind, series: Series) -> None:
    """Each answer has its reason, readings of the same patient, and stands on its look-back alone."""
    for index, value in enumerate(kind.outcomes(series)):
        outcome = Outcome(int(value))
        verdict = kind.explain(series, index, outcome)
        assert verdict.outcome is outcome
        assert verdict.reason[0].isupper()
        assert not verdict.reason.endswith(".")
        assert "nan" not in verdict.reason.lower()
        assert all(series.patients[each] == series.patients[index] for each in verdict.evidence)
        assert all(each <= index for each in verdict.evidence)
        assert bool(verdict.evidence) or outcome is Outcome.NO_DATA
        assert verdict.evidence == tuple(sorted(set(verdict.evidence)))
        part, _ = series.until(index, kind.look_back_days, kind.known_before)
        assert kind.outcomes(part)[-1] == outcome
