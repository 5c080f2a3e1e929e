"""What kinds share that score each value of one vital: worse the higher, NaN where there is too little."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

from alerting.kinds.kind import Measure, judged, sentence_case
from alerting.series import Series
from alerting.track import Track
from alerting.verdict import Outcome, Outcomes, Verdict
from alerting.windows import Floats


@dataclass(frozen=True)
class ScoreKind(ABC):
    """Raises from `limit` on, clears up to `clear`."""

    measure: Measure
    limit: float
    clear: float

    @property
    @abstractmethod
    def look_back_days(self) -> float:
        """How much history one outcome rests on."""

    @property
    @abstractmethod
    def sentence(self) -> str:
        """What raises and what clears, for people."""

    @property
    @abstractmethod
    def needs(self) -> str:
        """What there is too little of where there is no score."""

    @abstractmethod
    def scores(self, track: Track) -> Floats:
        """The score of each value (m,)."""

    @abstractmethod
    def reason(self, track: Track, score: float) -> tuple[str, Iterable[int]]:
        """Why the last value of one patient's track has its score, and which values it rests on."""

    @property
    def known_before(self) -> tuple[str, ...]:
        return ()

    @property
    def vitals(self) -> tuple[str, ...]:
        return (self.measure.vital,)

    def outcomes(self, series: Series) -> Outcomes:
        """The Outcome at each reading (n,), int8."""
        track = Track.of(series, self.measure.vital)
        return track.spread(judged(self.scores(track), self.limit, self.clear))

    def explain(self, series: Series, index: int, outcome: Outcome) -> Verdict:
        """The verdict at one reading, given its outcome."""
        part, offset = series.until(index, self.look_back_days, self.known_before)
        track = Track.of(part, self.measure.vital)
        if outcome is Outcome.NO_DATA:
            missing = track.size == 0 or track.indices[-1] != part.times.size - 1
            text = f"no {self.measure.name} measured" if missing else f"fewer than {self.needs}"
            return Verdict(outcome, sentence_case(text), ())
        text, values = self.reason(track, float(self.scores(track)[-1]))
        evidence = tuple(int(track.indices[each]) + offset for each in values)
        return Verdict(outcome, sentence_case(text), evidence)
