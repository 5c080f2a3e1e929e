"""Silence: nothing measured for longer than the patient's schedule allows. Judged by the clock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from alerting.verdict import Outcome, Outcomes
from alerting.windows import HOUR, Bools, Floats, Indices


@dataclass(frozen=True, eq=False)
class Pauses:
    """Spans (k,) in which nobody expects a patient to measure: holidays, a stay in hospital.

    `patients` (k,) are positions in the arrays judged; `starts` and `ends` (k,) seconds since 1970, an end
    that nobody knows yet is infinite.
    """

    patients: Indices
    starts: Floats
    ends: Floats

    def __post_init__(self) -> None:
        if not self.patients.size == self.starts.size == self.ends.size:
            raise ValueError("arrays of different length")
        if not np.all(self.starts < self.ends):
            raise ValueError("a pause must begin before it ends")

    def hold(self, patients: int, now: float) -> Bools:
        """Who (patients,) has a pause at `now`."""
        held = np.zeros(patients, dtype=bool)
        held[self.patients[(self.starts <= now) & (now < self.ends)]] = True
        return held


NO_PAUSES = Pauses(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))


def silent_from(last: Floats, allowed_hours: Floats, pauses: Pauses = NO_PAUSES) -> Floats:
    """From when on each patient (p,) counts as silent: `allowed_hours` (p,) after `last` (p,).

    `last` is the newest measurement, or the beginning of the schedule where there is none. A pause that
    begins before a patient is silent starts the count anew when it ends. NaN where either is.
    """
    due = last + allowed_hours * HOUR
    order = np.lexsort((pauses.starts, pauses.patients))
    patients = pauses.patients[order]
    # Every patient's first pause at once, then every second one: each may move what the next one meets.
    place = np.arange(patients.size) - np.searchsorted(patients, patients)
    for turn in range(int(place.max(initial=-1)) + 1):
        chosen = order[place == turn]
        who = pauses.patients[chosen]
        meets = (pauses.starts[chosen] < due[who]) & (pauses.ends[chosen] > last[who])
        who, ends = who[meets], pauses.ends[chosen][meets]
        due[who] = np.maximum(due[who], ends + allowed_hours[who] * HOUR)
    return due


def silence(last: Floats, allowed_hours: Floats, now: float, pauses: Pauses = NO_PAUSES) -> Outcomes:
    """The Outcome of each patient (p,), int8: raise when silent, keep during a pause that began after that.

    Not configured where nobody says how often the patient measures.
    """
    silent = silent_from(last, allowed_hours, pauses) <= now
    outcomes = np.where(silent, Outcome.RAISE, Outcome.CLEAR).astype(np.int8)
    outcomes[pauses.hold(last.size, now)] = Outcome.KEEP
    outcomes[np.isnan(last)] = Outcome.NO_DATA
    outcomes[np.isnan(allowed_hours)] = Outcome.NOT_CONFIGURED
    return outcomes
