"""Findings that mean more together: weight up and blood pressure up, a low with a symptom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alerting.kinds.kind import DAY_HOURS, RuleKind, hours_text, sentence_case
from alerting.series import Series
from alerting.verdict import Outcome, Outcomes, Verdict
from alerting.windows import HOUR, Indices, newest


@dataclass(frozen=True)
class Combination:
    """Raises where a part raises and every other part has raised within `within_hours`.

    Clears where a part clears and none raises. A part that has cleared meanwhile still counts: a low that was
    treated before the symptom was entered is a low with a symptom.
    """

    parts: tuple[RuleKind, ...]
    within_hours: float

    @property
    def look_back_days(self) -> float:
        return self.within_hours / DAY_HOURS + max(part.look_back_days for part in self.parts)

    @property
    def known_before(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(vital for part in self.parts for vital in part.known_before))

    @property
    def vitals(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(vital for part in self.parts for vital in part.vitals))

    @property
    def sentence(self) -> str:
        parts = " and ".join(f"({part.sentence})" for part in self.parts)
        return f"within {hours_text(self.within_hours)} both {parts}"

    def outcomes(self, series: Series) -> Outcomes:
        """The Outcome at each reading (n,), int8."""
        parts = np.array([part.outcomes(series) for part in self.parts])
        raising = np.any(parts == Outcome.RAISE, axis=0)
        outcomes = np.where(np.any(parts == Outcome.CLEAR, axis=0), Outcome.CLEAR, Outcome.KEEP)
        outcomes[raising] = Outcome.KEEP
        together = np.all(self._last_raises(series, parts) >= 0, axis=0)
        outcomes[raising & together] = Outcome.RAISE
        outcomes[np.all(parts == Outcome.NO_DATA, axis=0)] = Outcome.NO_DATA
        outcomes[np.any(parts == Outcome.NOT_CONFIGURED, axis=0)] = Outcome.NOT_CONFIGURED
        return outcomes.astype(np.int8)

    def explain(self, series: Series, index: int, outcome: Outcome) -> Verdict:
        """The verdict at one reading, given its outcome."""
        part, offset = series.until(index, self.look_back_days, self.known_before)
        answers = np.array([kind.outcomes(part) for kind in self.parts])
        if outcome is Outcome.RAISE:
            at = [int(last[-1]) for last in self._last_raises(part, answers)]
        else:
            at = [part.times.size - 1] * len(self.parts)
        verdicts = [
            kind.explain(part, where, Outcome(int(answers[number, where])))
            for number, (kind, where) in enumerate(zip(self.parts, at, strict=True))
        ]
        reason = " and ".join(verdict.reason[:1].lower() + verdict.reason[1:] for verdict in verdicts)
        evidence = sorted({each + offset for verdict in verdicts for each in verdict.evidence})
        return Verdict(outcome, sentence_case(reason), tuple(evidence))

    def _last_raises(self, series: Series, parts: Outcomes) -> Indices:
        """For each part and reading its newest raise up to there (parts, n); -1 where none is recent."""
        raised = parts == Outcome.RAISE
        within = self.within_hours * HOUR
        return np.array([newest(part, series.times, series.starts, within) for part in raised])
