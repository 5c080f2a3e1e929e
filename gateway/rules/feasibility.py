"""Whether a rule can ever raise for whom measures as often as its set expects, and no oftener. Pure.

The worst that can be measured at that schedule is fed to the rule: always high, always low, a jump, a ramp,
up and down, nothing at all. A rule that none of it raises tells nobody of anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import product
from math import ceil

import numpy as np

from alerting.kinds.combination import Combination
from alerting.kinds.event import Event
from alerting.kinds.failed import Failed
from alerting.kinds.kind import DAY_HOURS, RuleKind, hours_text
from alerting.kinds.silence import Silence
from alerting.kinds.stranger import Stranger
from alerting.kinds.target import OffTarget
from alerting.rules import Rule, RuleSet
from alerting.series import STRANGE, Series, failed
from alerting.verdict import Outcome
from alerting.windows import DAY, HOUR, Floats
from edge_agent.wire.vitals import Vital

DAILY = float(DAY_HOURS)
"""How often is measured what a set expects at no time of its own."""
OFTENER = (12.0, 8.0, 6.0, 4.0, 3.0, 2.0, 1.0)
LATER_S = HOUR / 4
"""Each is measured so much later than the last one, as people do: what is daily is never within 24 hours."""
BEGINS = 7 * HOUR
AFTER_DAYS = 14
"""The worst goes on for so long after what was usual before."""

Schedule = Mapping[str, float]
"""Every how many hours a vital is measured, by its code."""


def faults(rule_set: RuleSet, schedule: Schedule) -> Iterator[str]:
    """What is wrong with each rule that can never raise, and what would mend it."""
    for rule in rule_set.rules:
        if not can_raise(rule.kind, schedule):
            yield f"{rule.rule_id}: {_fault(rule, schedule)}"


def can_raise(kind: RuleKind, schedule: Schedule) -> bool:
    """Whether the worst that the schedule allows raises anywhere."""
    if isinstance(kind, Silence):
        return True  # the clock does
    hours = _hours(kind, schedule)
    times = _times(kind, hours)
    taken = {vital: np.isin(times, _grid(kind, every)) for vital, every in hours.items()}
    every_mark = dict.fromkeys(_marks(kind), np.ones(times.size, dtype=bool))
    for shapes in product(*(_shapes(Vital.from_code(vital), times) for vital in hours)):
        vitals = {
            vital: np.where(taken[vital], shape, np.nan) for vital, shape in zip(hours, shapes, strict=True)
        }
        series = Series(
            times,
            vitals,
            np.array([0, times.size], dtype=np.int64),
            marks=every_mark,
            personal={name: np.array([value]) for name, value in _numbers(kind).items()},
        )
        if np.any(kind.outcomes(series) == Outcome.RAISE):
            return True
    return False


def _fault(rule: Rule, schedule: Schedule) -> str:
    expected = " and ".join(
        f"{Vital.from_code(vital).display} every {hours_text(every)}"
        for vital, every in _hours(rule.kind, schedule).items()
    )
    said = f"it can never raise where somebody measures {expected}, as its set expects"
    for every in OFTENER:
        if can_raise(rule.kind, dict.fromkeys(rule.kind.vitals, every)):
            return (
                f"{said}; it could every {hours_text(every)}. Let it ask for less, or say every_hours ="
                f" {every:g} in a rule of silence about the same vital"
            )
    return f"{said}, nor at any other schedule: no day has room for what it asks. Let it ask for less"


def _hours(kind: RuleKind, schedule: Schedule) -> Schedule:
    """Every how many hours its vitals are measured; one without a time of its own with the others."""
    known = [schedule[vital] for vital in kind.vitals if vital in schedule]
    return {vital: schedule.get(vital, min(known, default=DAILY)) for vital in kind.vitals}


def _grid(kind: RuleKind, every_hours: float) -> Floats:
    """When it is measured."""
    days = ceil(kind.look_back_days) + AFTER_DAYS
    number = np.arange(ceil(days * DAY_HOURS / every_hours) + 1, dtype=np.float64)
    times: Floats = BEGINS + number * (every_hours * HOUR + LATER_S)
    return times


def _times(kind: RuleKind, hours: Mapping[str, float]) -> Floats:
    grids = [_grid(kind, every) for every in (hours.values() or (DAILY,))]
    return np.unique(np.concatenate(grids))


def _shapes(vital: Vital, times: Floats) -> Sequence[Floats]:
    """What might be measured, at its worst."""
    low, high = np.full(times.size, vital.low), np.full(times.size, vital.high)
    usual = (low + high) / 2
    is_worse = times >= times[-1] - AFTER_DAYS * DAY
    ramp = np.linspace(vital.low, vital.high, times.size)
    return (
        high,
        low,
        np.where(is_worse, high, usual),
        np.where(is_worse, low, usual),
        ramp,
        ramp[::-1],
        np.where(np.arange(times.size) % 2 == 0, high, low),
        np.full(times.size, np.nan),
    )


def _marks(kind: RuleKind) -> Collection[str]:
    match kind:
        case Event():
            return kind.marks
        case Stranger():
            return (STRANGE,)
        case Failed():
            return (failed(kind.measure.vital),)
        case Combination():
            return {mark for part in kind.parts for mark in _marks(part)}
    return ()


def _numbers(kind: RuleKind) -> Mapping[str, float]:
    """What a clinician might have set for the patient."""
    match kind:
        case OffTarget():
            vital = Vital.from_code(kind.measure.vital)
            return {kind.personal: (vital.low + vital.high) / 2}
        case Combination():
            return {name: value for part in kind.parts for name, value in _numbers(part).items()}
    return {}
