"""Rules on one patient's readings as they arrive, judged as live. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from alerting.episodes import Episode
from alerting.policy import NO_WORK, Effect, Work
from alerting.rules import Priority, Rule
from edge_agent.wire.vitals import Vital
from gateway.evaluation.finding import Condition, Finding, PriorState, Raise, lead
from gateway.evaluation.judge import judge
from gateway.readings.subjects import KNOWN_DAYS, History, JudgedReading, ReadingKey, Subject
from gateway.rules.critical_values import load_critical_values
from gateway.trials.readings_file import Arrival
from gateway.trials.trial_events import RaisedEvent, TrialEvent

CLEARED = "The condition has cleared"
PARTED = "A late reading parts it from the episode before"
ABSORBED = "A late reading makes it part of the episode before"
_ENDED = {
    Effect.CLOSED: f"{CLEARED}, and nobody had begun",
    Effect.WITHDRAWN: "A second measurement did not confirm the first one, and nobody had begun",
}


@dataclass(frozen=True)
class _Task:
    """An open task: its name, its episode's, and the rule that speaks for it."""

    name: str
    episode: str
    rule: Rule


class SimulatedPatient:
    """One patient's readings, in order of time, and what followed from them so far, by condition."""

    def __init__(self, name: str, subject: Subject) -> None:
        self._name = name
        self._subject = subject
        self._readings: list[JudgedReading] = []
        self._episodes: dict[Condition, Sequence[Episode]] = {}
        self._told: dict[Condition, dict[ReadingKey, Priority]] = defaultdict(dict)
        self._work: dict[Condition, Work] = {}
        self._tasks: dict[Condition, _Task] = {}
        self._into: dict[
            Condition, Condition
        ] = {}  # conditions that the open task of a backlog speaks for too
        self._made = 0

    def arrive(self, arrival: Arrival) -> Iterator[TrialEvent]:
        """Judge a reading; one that was here before, with the same values, changes nothing."""
        reading = self._stored(arrival)
        if reading is None:
            return
        since = reading.key.measured_at
        subject = replace(self._subject, since=since)
        look_back = since - timedelta(days=subject.look_back_days)
        first = bisect_left(self._readings, look_back, key=_measured_at)
        known = PriorState(self._episodes, self._told, self._work | self._spoken_for())
        history = History.of([subject], [*self._known_before(first), *self._readings[first:]])
        now = arrival.at.timestamp()
        for finding in judge([subject], history, known, now, load_critical_values()).findings:
            yield from self._follow(finding, arrival.at)

    def complete(self, condition: str, task: str, at: datetime) -> Iterator[TrialEvent]:
        """The team completes a task, unless that is closed already."""
        key = self._task_of((self._subject.patient_id, condition))
        if key in self._tasks and self._tasks[key].name == task:
            self._work[key] = replace(self._work[key], completed_at=at.timestamp())
            yield self._end(key, at, "Completed by the team")

    def _known_before(self, first: int) -> Iterator[JudgedReading]:
        """Of the readings before the first one that is judged on those that changes are held against."""
        older, zone = self._readings[:first], self._subject.zone
        days: dict[str, set[date]] = {}
        for code in self._subject.known_before:
            vital = Vital.from_code(code)
            dates = [each.key.measured_at.astimezone(zone).date() for each in older if vital in each.values]
            days[code] = set(sorted(set(dates))[-KNOWN_DAYS:])
        for each in older if days else ():
            on = each.key.measured_at.astimezone(zone).date()
            if any(vital.code in days and on in days[vital.code] for vital in each.values):
                yield each

    def _stored(self, arrival: Arrival) -> JudgedReading | None:
        """The reading in its place; None if it is known."""
        key = ReadingKey(arrival.measured_at, 0, len(self._readings))
        marks = arrival.flags | ({arrival.event} if arrival.event else set())
        reading = JudgedReading(self._subject.patient_id, key, arrival.values, arrival.absent, marks)
        place = bisect_left(self._readings, key, key=lambda each: each.key)
        for other in reversed(self._readings[:place]):
            if other.key.measured_at != key.measured_at:
                break
            if replace(other, key=key) == reading:
                return None
        self._readings.insert(place, reading)
        return reading

    def _follow(self, finding: Finding, at: datetime) -> Iterator[TrialEvent]:
        key = (self._subject.patient_id, finding.condition)
        before = {episode.number: episode for episode in self._episodes.get(key, ())}
        self._episodes[key] = finding.episodes_after(self._episodes.get(key, ()))
        for absorbed, number in finding.absorbed:
            yield self._absorbed(key, absorbed, number, at)
        for episode in finding.episodes:
            if episode.number not in before:
                yield self._opened(finding, episode.number, at)
        if finding.moved and key in self._tasks:
            self._work[key] = replace(self._work[key], last_episode=finding.moved[-1][1])
        if finding.raises:
            yield from self._ask(finding, key, at)
        for episode in finding.episodes:
            cleared_before = before[episode.number].cleared_at if episode.number in before else None
            if episode.cleared_at is not None and episode.cleared_at != cleared_before:
                yield self._cleared(key, episode.number, datetime.fromtimestamp(episode.cleared_at, UTC), at)
        if finding.repeated is not None and finding.check is None:
            self._work[key] = replace(self._work[key], check=None)
        if finding.effect in _ENDED:
            yield self._end(key, at, _ENDED[finding.effect])

    def _ask(self, finding: Finding, key: Condition, at: datetime) -> Iterator[TrialEvent]:
        leading, effect = lead(finding.raises), finding.effect
        target = self._task_of(finding.task_of)
        work = self._work.get(target, NO_WORK)
        if finding.into is not None:
            self._into[key] = target
            work = replace(work, is_shared=True)
        is_new = effect in (Effect.CREATED, Effect.REOPENED)
        is_late = finding.is_late and (is_new or work.is_late)
        if effect is Effect.JOINED:
            self._work[target] = replace(work, is_late=is_late)
        else:
            if is_new:
                self._made += 1
                work = replace(work, last_episode=leading.episode_number)
                name = f"{self._name}/{self._made}"
            else:
                name = self._tasks[target].name
            self._work[target] = replace(
                work,
                open_priority=leading.rule.priority,
                is_late=is_late,
                check=None if finding.repeated is not None else finding.check,
            )
            episode = self._episode(finding.condition, leading.episode_number)
            self._tasks[target] = _Task(name, episode, leading.rule)
            yield self._raised(RaisedEvent.INTERRUPTION, finding, leading, at, effect)
        for each in finding.raises:
            notified = self._told[key].get(each.key)
            if notified is None or each.rule.priority.outranks(notified):
                self._told[key][each.key] = each.rule.priority
            if effect is Effect.JOINED or each is not leading:
                yield self._raised(RaisedEvent.JOINED, finding, each, at)

    def _opened(self, finding: Finding, number: int, at: datetime) -> TrialEvent:
        """An episode begins: with a raise, or where a late reading parts it from the one before."""
        for each in finding.raises:
            if each.episode_number == number:
                return self._raised(RaisedEvent.EPISODE_OPENED, finding, each, at)
        return TrialEvent(
            at=at,
            event=RaisedEvent.EPISODE_OPENED,
            patient=self._name,
            condition=finding.condition,
            reason=PARTED,
            episode=self._episode(finding.condition, number),
            evidence=[self._reading(key) for key, moved_to in finding.moved if moved_to == number],
        )

    def _absorbed(self, key: Condition, absorbed: int, number: int, at: datetime) -> TrialEvent:
        """What was asked because of the one episode was asked because of the other."""
        gone, into = self._episode(key[1], absorbed), self._episode(key[1], number)
        if key in self._work and self._work[key].last_episode == absorbed:
            self._work[key] = replace(self._work[key], last_episode=number)
        if key in self._tasks and self._tasks[key].episode == gone:
            self._tasks[key] = replace(self._tasks[key], episode=into)
        return TrialEvent(
            at=at,
            event=RaisedEvent.EPISODE_ABSORBED,
            patient=self._name,
            condition=key[1],
            reason=ABSORBED,
            episode=gone,
        )

    def _raised(
        self, event: RaisedEvent, finding: Finding, each: Raise, at: datetime, cause: Effect | None = None
    ) -> TrialEvent:
        task = self._tasks.get(self._task_of(finding.task_of))
        return TrialEvent(
            at=at,
            event=event,
            patient=self._name,
            condition=finding.condition,
            reason=each.reason,
            cause=cause,
            rule=each.rule.rule_id,
            priority=each.rule.priority,
            task=None if task is None else task.name,
            episode=self._episode(finding.condition, each.episode_number),
            evidence=[self._reading(key) for key in each.evidence],
        )

    def _cleared(self, key: Condition, number: int, cleared_at: datetime, at: datetime) -> TrialEvent:
        """The end of an episode is shown on its task, and completes none that presses."""
        task = self._tasks.get(self._task_of(key))
        first = bisect_left(self._readings, cleared_at, key=_measured_at)
        last = bisect_right(self._readings, cleared_at, key=_measured_at)
        return TrialEvent(
            at=at,
            event=RaisedEvent.EPISODE_CLEARED,
            patient=self._name,
            condition=key[1],
            reason=CLEARED,
            task=None if task is None else task.name,
            episode=self._episode(key[1], number),
            evidence=self._readings[first:last],
        )

    def _end(self, key: Condition, at: datetime, reason: str) -> TrialEvent:
        task = self._tasks.pop(key)
        self._work[key] = replace(self._work[key], open_priority=None, is_shared=False)
        self._work |= {each: work for each, work in self._spoken_for().items() if self._into[each] == key}
        self._into = {each: target for each, target in self._into.items() if target != key}
        return TrialEvent(
            at=at,
            event=RaisedEvent.COMPLETED,
            patient=self._name,
            condition=key[1],
            reason=reason,
            rule=task.rule.rule_id,
            priority=task.rule.priority,
            task=task.name,
            episode=task.episode,
        )

    def _task_of(self, key: Condition) -> Condition:
        """Under which condition the task stands that speaks for this one."""
        return self._into.get(key, key)

    def _spoken_for(self) -> dict[Condition, Work]:
        return {key: replace(self._work[target], last_episode=None) for key, target in self._into.items()}

    def _episode(self, condition: str, number: int) -> str:
        return f"{self._name}/{condition}/{number}"

    def _reading(self, key: ReadingKey) -> JudgedReading:
        return self._readings[bisect_left(self._readings, key, key=lambda each: each.key)]


def _measured_at(reading: JudgedReading) -> datetime:
    return reading.key.measured_at
