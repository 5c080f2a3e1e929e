"""Patients from whom nothing comes although they measure by a schedule. Judged by the clock. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf

import numpy as np

from alerting.episodes import Episode
from alerting.kinds.silence import Silence
from alerting.policy import NO_WORK, Effect, Work, after_raise
from alerting.rules import Rule
from alerting.silence import Pauses
from alerting.windows import HOUR
from gateway.evaluation.finding import Condition, Finding, PriorState
from gateway.readings.subjects import Subject

BACK_WITHIN_S = 2 * HOUR
"""After an outage patients have so long to be heard from before each is missed by itself."""
LOOK_AGAIN_S = HOUR / 4
"""How often a silence is looked at whose outage is not over."""


@dataclass(frozen=True)
class Outage:
    """A time in which the patient's hub could not be heard. Times are in seconds since 1970."""

    outage_id: int
    began_at: float
    recovered_at: float | None

    def speaks_for(self, silent_from: float, now: float) -> bool:
        """Whether it accounts for a silence: one that began in it, as long as the patient may not be back."""
        return silent_from >= self.began_at and now < self.until(now)

    def until(self, now: float) -> float:
        return now + LOOK_AGAIN_S if self.recovered_at is None else self.recovered_at + BACK_WITHIN_S


@dataclass(frozen=True)
class Expectation:
    """A vital that a subject measures every `every_hours` since `since`; `last` is the newest value, or -inf.

    `since_enrolment` says that the schedule came with it. `pauses` are beginnings and ends, infinite where
    nobody knows yet.
    """

    subject: Subject
    vital: str
    every_hours: float
    since: float
    last: float
    pauses: Sequence[tuple[float, float]]
    outages: Sequence[Outage]
    since_enrolment: bool = False


@dataclass(frozen=True)
class Silent:
    """A silence that people are told of now: in a task of its own, or (`outage_id`) in that of an outage."""

    subject: Subject
    rule: Rule
    episode: Episode
    effect: Effect
    reason: str
    outage_id: int | None = None


@dataclass(frozen=True)
class Look:
    """What looking at an expectation finds, and when it is looked at next."""

    silent: Silent | None
    next_at: float


def silences(expectation: Expectation, known: PriorState, now: float) -> Iterator[Look]:
    """Hold an expectation against the subject's rules of silence."""
    for rule in expectation.subject.rules:
        kind = rule.kind
        if isinstance(kind, Silence) and kind.measure.vital == expectation.vital:
            yield _look(expectation, rule, kind, known, now)


def after(known: PriorState, findings: Sequence[Finding]) -> PriorState:
    """What is known once `findings` are written."""
    episodes: dict[Condition, Sequence[Episode]] = dict(known.episodes)
    work: dict[Condition, Work] = dict(known.work)
    for finding in findings:
        key = (finding.subject.patient_id, finding.condition)
        episodes[key] = finding.episodes_after(episodes.get(key, ()))
        if finding.effect is Effect.CLOSED:
            work[key] = replace(work[key], open_priority=None)
    return PriorState(episodes, known.told, work)


def _look(expectation: Expectation, rule: Rule, kind: Silence, known: PriorState, now: float) -> Look:
    key = (expectation.subject.patient_id, rule.condition)
    work = known.work.get(key, NO_WORK)
    # A task that was completed is an answer: the patient is missed anew from then on.
    counted = max(expectation.last, expectation.since, work.completed_at)
    every = np.array([expectation.every_hours])
    pauses = _pauses(expectation.pauses)
    silent_from = float(kind.silent_from(np.array([counted]), every, pauses)[0])
    if pauses.hold(1, now)[0]:
        return Look(None, min(end for begin, end in expectation.pauses if begin <= now < end))
    if silent_from > now:
        return Look(None, silent_from)
    again = now + (expectation.every_hours + kind.grace_hours) * HOUR
    if work.open_priority is not None:
        return Look(None, again)
    silent = Silent(
        subject=expectation.subject,
        rule=rule,
        episode=_episode(known.episodes.get(key, ()), silent_from),
        effect=Effect.CREATED,
        reason=_reason(expectation, kind, now),
    )
    for outage in expectation.outages:
        if outage.speaks_for(silent_from, now):
            return Look(replace(silent, outage_id=outage.outage_id), outage.until(now))
    return Look(replace(silent, effect=after_raise(rule.priority, silent.episode.number, work)), again)


def _reason(expectation: Expectation, kind: Silence, now: float) -> str:
    if expectation.last > -inf:
        return kind.reason(expectation.last, expectation.every_hours, now)
    day = datetime.fromtimestamp(expectation.since, expectation.subject.zone)
    what = "enrolment" if expectation.since_enrolment else "its schedule began"
    return kind.reason_never(f"{what} on {day.day} {day:%b %Y}", expectation.every_hours)


def _episode(episodes: Sequence[Episode], silent_from: float) -> Episode:
    """The open one, else a new one from when on the patient is silent."""
    still_open = next((each for each in episodes if each.cleared_at is None), None)
    number = max((each.number for each in episodes), default=0) + 1
    return still_open or Episode(number, silent_from, silent_from)


def _pauses(spans: Sequence[tuple[float, float]]) -> Pauses:
    begins = np.array([begin for begin, _ in spans], dtype=np.float64)
    ends = np.array([end for _, end in spans], dtype=np.float64)
    return Pauses(np.zeros(len(spans), dtype=np.int64), begins, ends)


def earliest(looks: Sequence[tuple[int, float]]) -> Mapping[int, float]:
    """When each patient is looked at next, of those at whom the clock looks at all."""
    found: dict[int, float] = {}
    for patient_id, next_at in looks:
        if next_at < inf:
            found[patient_id] = min(next_at, found.get(patient_id, inf))
    return found
