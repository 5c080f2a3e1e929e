"""The shipped rules as plain loops over one patient's readings: what vectorised judging is held against."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import singledispatch
from statistics import fmean, median

from alerting.kinds.average import Average
from alerting.kinds.baseline import ROBUST, Unusual
from alerting.kinds.bound import Bound, Comparison, Limit
from alerting.kinds.change import Change
from alerting.kinds.combination import Combination
from alerting.kinds.count import Count
from alerting.kinds.crossing import Crossing
from alerting.kinds.event import Event
from alerting.kinds.failed import Failed
from alerting.kinds.kind import DECIMALS, RuleKind
from alerting.kinds.several import Several
from alerting.kinds.silence import Silence
from alerting.kinds.span import Span
from alerting.kinds.stranger import Stranger
from alerting.kinds.target import OffTarget
from alerting.kinds.threshold import Threshold
from alerting.series import STRANGE, Series, failed
from alerting.verdict import Outcome
from alerting.windows import DAY, HOUR, MOST_VALUES

NOON = DAY / 2
HOURS = HOUR / DAY


@dataclass(frozen=True)
class PatientHistory:
    """One patient's readings as lists; the one at `end` is judged, those after it do not count."""

    times: Sequence[float]
    local: Sequence[float]
    dates: Sequence[int]
    values: Mapping[str, Sequence[float]]
    marks: Mapping[str, Sequence[bool]]
    end: int

    @property
    def now(self) -> float:
        return self.times[self.end]

    def within(self, days: float) -> range:
        """The readings up to `days` before the one judged."""
        return range(bisect_left(self.times, self.now - days * DAY, 0, self.end + 1), self.end + 1)

    def among(self, days: int) -> range:
        """The readings of the last `days` calendar days up to the one judged."""
        return range(bisect_left(self.dates, self.dates[self.end] - days + 1, 0, self.end + 1), self.end + 1)

    def span(self, span: Span) -> range:
        return self.among(span.days) if span.days else self.within(span.hours * HOURS)

    def value(self, vital: str, at: int) -> float:
        return self.values[vital][at] if vital in self.values else math.nan

    def numbers(self, vital: str, days: int) -> list[float]:
        """The numbers of a vital of calendar days; none where the reading judged has none itself."""
        if not math.isfinite(self.value(vital, self.end)):
            return []
        return [number for at in self.among(days) if math.isfinite(number := self.value(vital, at))]


def judge_by_reference(kind: RuleKind, series: Series) -> list[int]:
    """The outcome at each reading of the series, one after the other."""
    return [int(outcome(kind, past)) for past in _pasts(series)]


def _pasts(series: Series) -> Iterator[PatientHistory]:
    for start, end in zip(series.starts[:-1].tolist(), series.starts[1:].tolist(), strict=True):
        here = slice(start, end)
        times = series.times[here].tolist()
        local, dates = series.wall_times[here].tolist(), series.local_days[here].tolist()
        values = {code: numbers[here].tolist() for code, numbers in series.vitals.items()}
        marks = {name: marked[here].tolist() for name, marked in series.marks.items()}
        yield from (PatientHistory(times, local, dates, values, marks, at) for at in range(end - start))


@singledispatch
def outcome(kind: RuleKind, past: PatientHistory) -> Outcome:
    """What a kind says at the reading judged."""
    raise TypeError(f"no plain loop for {kind} at {past.now}")


def _scored(score: float, limit: float, clear: float) -> Outcome:
    score = round(score, DECIMALS)
    return Outcome.RAISE if score >= limit else Outcome.CLEAR if score <= clear else Outcome.KEEP


def _breaks(bound: Bound, value: float) -> bool:
    match bound.comparison:
        case Comparison.ABOVE:
            return value > bound.value
        case Comparison.AT_LEAST:
            return value >= bound.value
        case Comparison.BELOW:
            return value < bound.value
        case Comparison.AT_MOST:
            return value <= bound.value


def _clears(limit: Limit, value: float) -> bool:
    return value <= limit.clear if limit.bound.comparison.is_upper else value >= limit.clear


@outcome.register
def _(kind: Threshold, past: PatientHistory) -> Outcome:
    def breached(at: int) -> bool:
        return any(_breaks(each.bound, past.value(each.bound.measure.vital, at)) for each in kind.limits)

    values = [(each, past.value(each.bound.measure.vital, past.end)) for each in kind.limits]
    known = [(each, value) for each, value in values if not math.isnan(value)]
    if not known:
        return Outcome.NO_DATA
    if breached(past.end):
        enough = sum(map(breached, past.span(kind.within))) >= kind.repeats
        return Outcome.RAISE if enough else Outcome.KEEP
    return Outcome.CLEAR if all(_clears(each, value) for each, value in known) else Outcome.KEEP


@outcome.register
def _(kind: Count, past: PatientHistory) -> Outcome:
    vital = kind.bound.measure.vital
    if math.isnan(past.value(vital, past.end)):
        return Outcome.NO_DATA
    breaches = [at for at in past.within(kind.look_back_days) if _breaks(kind.bound, past.value(vital, at))]
    apart = [
        at
        for before, at in zip([None, *breaches], breaches, strict=False)
        if before is None or past.times[at] - past.times[before] > kind.apart_hours * HOUR
    ]
    count = sum(at in past.among(kind.days) for at in apart)
    if breaches and breaches[-1] == past.end:
        return Outcome.RAISE if count >= kind.times else Outcome.KEEP
    return Outcome.CLEAR if count <= kind.clear else Outcome.KEEP


@outcome.register
def _(kind: Event, past: PatientHistory) -> Outcome:
    def marked(at: int) -> bool:
        return any(past.marks[mark][at] for mark in kind.marks if mark in past.marks)

    if marked(past.end):
        enough = sum(map(marked, past.span(kind.within))) >= kind.repeats
        return Outcome.RAISE if enough else Outcome.KEEP
    if kind.vital is not None and math.isnan(past.value(kind.vital, past.end)):
        return Outcome.NO_DATA
    return Outcome.KEEP if any(map(marked, past.within(kind.clear_hours * HOURS))) else Outcome.CLEAR


@outcome.register
def _(kind: Combination, past: PatientHistory) -> Outcome:
    now = [outcome(part, past) for part in kind.parts]
    if Outcome.NOT_CONFIGURED in now:
        return Outcome.NOT_CONFIGURED
    if set(now) == {Outcome.NO_DATA}:
        return Outcome.NO_DATA
    if Outcome.RAISE in now:
        recent = [replace(past, end=at) for at in past.within(kind.within_hours * HOURS)]
        together = all(any(outcome(part, each) is Outcome.RAISE for each in recent) for part in kind.parts)
        return Outcome.RAISE if together else Outcome.KEEP
    return Outcome.CLEAR if Outcome.CLEAR in now else Outcome.KEEP


@outcome.register
def _(kind: Change, past: PatientHistory) -> Outcome:
    vital, today = kind.measure.vital, past.among(1).start
    numbers = past.numbers(vital, kind.days + 1)
    if numbers and len(numbers) == len(past.numbers(vital, 1)):
        known = [number for at in range(today) if math.isfinite(number := past.value(vital, at))]
        numbers = [*known[-1:], *numbers]
    numbers = [kind.direction.sign * number for number in numbers]
    if len(numbers) <= 1:
        return Outcome.NO_DATA
    change = numbers[-1] - (numbers[0] if kind.from_first else min(numbers))
    found = _scored(change, kind.limit, kind.clear)
    if found is Outcome.RAISE and kind.unusual is not None:
        usual = outcome(kind.unusual, past) in (Outcome.CLEAR, Outcome.KEEP)
        return Outcome.KEEP if usual else Outcome.RAISE
    return found


@outcome.register
def _(kind: Crossing, past: PatientHistory) -> Outcome:
    long = past.numbers(kind.measure.vital, kind.long_days)
    if len(long) < kind.least_values:
        return Outcome.NO_DATA
    apart = fmean(past.numbers(kind.measure.vital, kind.days)) - fmean(long)
    return _scored(kind.direction.sign * apart, kind.limit, kind.clear)


@outcome.register
def _(kind: Unusual, past: PatientHistory) -> Outcome:
    vital, baseline = kind.measure.vital, kind.baseline
    gap = min(past.among(baseline.gap_days).start, past.end)
    numbers = [past.value(vital, at) for at in past.among(baseline.days + baseline.gap_days) if at < gap]
    numbers = [number for number in numbers if math.isfinite(number)][-MOST_VALUES:]
    value = past.value(vital, past.end)
    if len(numbers) < baseline.least_values or not math.isfinite(value):
        return Outcome.NO_DATA
    middle = median(numbers)
    spread = max(ROBUST * median(abs(number - middle) for number in numbers), baseline.least_spread)
    return _scored(kind.direction.sign * (value - middle) / spread, kind.limit, kind.clear)


@outcome.register
def _(kind: Average, past: PatientHistory) -> Outcome:
    def judged(at: int) -> bool:
        return all(math.isfinite(past.value(vital, at)) for vital in kind.vitals)

    if not judged(past.end):
        return Outcome.NO_DATA
    today = past.dates[past.end]
    by_day: dict[int, list[int]] = defaultdict(list)
    for at in filter(judged, past.within(kind.look_back_days)):
        by_day[past.dates[at]].append(at)
    complete = []
    for day in range(today - kind.days + 1, today + 1):
        mornings = sum(past.local[at] % DAY < NOON for at in by_day[day])
        evenings = len(by_day[day]) - mornings
        if by_day[day] and mornings >= kind.morning and evenings >= kind.evening:
            complete.append(day)
    averaged = complete[kind.discard_days :]
    if len(averaged) < kind.least_days:
        return Outcome.NO_DATA
    if today not in averaged:
        return Outcome.KEEP
    averages = [
        (limit, round(fmean(past.value(vital, at) for day in averaged for at in by_day[day]), DECIMALS))
        for limit, vital in zip(kind.limits, kind.vitals, strict=True)
    ]
    if any(_breaks(limit.bound, average) for limit, average in averages):
        return Outcome.RAISE
    return Outcome.CLEAR if all(_clears(limit, average) for limit, average in averages) else Outcome.KEEP


@outcome.register
def _(kind: Several, past: PatientHistory) -> Outcome:
    def breaks(limit: Limit, at: int) -> bool:
        return _breaks(limit.bound, past.value(limit.bound.measure.vital, at))

    values = [(each, past.value(each.bound.measure.vital, past.end)) for each in kind.limits]
    known = [(each, value) for each, value in values if not math.isnan(value)]
    if not known:
        return Outcome.NO_DATA
    count = sum(any(breaks(limit, at) for at in past.among(1)) for limit in kind.limits)
    if any(breaks(limit, past.end) for limit in kind.limits):
        return Outcome.RAISE if count >= kind.least else Outcome.KEEP
    return Outcome.CLEAR if not count and all(_clears(*each) for each in known) else Outcome.KEEP


@outcome.register
def _(kind: Failed, past: PatientHistory) -> Outcome:
    vital = kind.measure.vital
    if not math.isnan(past.value(vital, past.end)):
        return Outcome.CLEAR
    tries = past.marks.get(failed(vital), ())
    if not tries or not tries[past.end]:
        return Outcome.NO_DATA
    since: list[int] = []
    for at in past.among(kind.days):
        if not math.isnan(past.value(vital, at)):
            since = []
        elif tries[at]:
            since.append(at)
    first = since[0]
    is_apart = (
        past.now - past.times[first] >= kind.apart_hours * HOUR or past.dates[first] != past.dates[past.end]
    )
    return Outcome.RAISE if is_apart else Outcome.KEEP


@outcome.register
def _(kind: Stranger, past: PatientHistory) -> Outcome:
    [vital] = kind.vitals
    if not math.isfinite(past.value(vital, past.end)):
        return Outcome.NO_DATA
    return Outcome.RAISE if past.marks.get(STRANGE, {past.end: False})[past.end] else Outcome.KEEP


@outcome.register
def _(kind: OffTarget, past: PatientHistory) -> Outcome:
    known = math.isfinite(past.value(kind.measure.vital, past.end))
    return Outcome.NOT_CONFIGURED if known else Outcome.NO_DATA  # nobody here has a number of their own


@outcome.register
def _(kind: Silence, past: PatientHistory) -> Outcome:
    known = not math.isnan(past.value(kind.measure.vital, past.end))
    return Outcome.CLEAR if known else Outcome.NO_DATA
