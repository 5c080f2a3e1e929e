"""Rules over the series of many patients at once: what is new, and what it asks of people. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from alerting import policy
from alerting.doubt import doubt
from alerting.episodes import Episode, EpisodeUpdate, follow
from alerting.policy import NO_WORK, Effect, Work
from alerting.repeat import Check, RepeatState, answer, ask
from alerting.rule_outcomes import RuleOutcomes
from alerting.rules import Priority
from alerting.verdict import Outcome, Outcomes
from alerting.windows import Bools, Floats
from gateway.evaluation.finding import Failure, Finding, Judgement, PriorState, Raise, lead
from gateway.evaluation.late_batch import join_late_findings
from gateway.evaluation.run_rules import FAULTS, run_rules
from gateway.readings.subjects import History, ReadingKey, Subject
from gateway.rules.critical_values import CriticalValues


def judge(
    subjects: Sequence[Subject], history: History, known: PriorState, now: float, beyond: CriticalValues
) -> Judgement:
    """What follows at `now`, seconds since 1970, from the subjects' readings."""
    series = history.series
    findings: list[Finding] = []
    failures: list[Failure] = []
    for number, answered in enumerate(run_rules(subjects, series, known.work)):
        subject = subjects[number]
        failures += answered.failures
        start, end = int(series.starts[number]), int(series.starts[number + 1])
        start += int(np.searchsorted(series.times[start:end], subject.since.timestamp()))
        if start == end:
            continue
        found = []
        for condition, rule_ids in _by_condition(subject).items():
            answers = [answered.answers[each] for each in rule_ids if each in answered.answers]
            had_any = (subject.patient_id, condition) in known.episodes
            # For most readings of most patients neither holds.
            if answers and (had_any or any(each.raises_within(start, end) for each in answers)):
                whole = len(answers) == len(rule_ids)
                new = _New(history, answers, start, end, beyond, is_whole=whole)
                found.append(_find(subject, condition, new, known, now))
        mine = [each for each in found if each is not None]
        failures += _unexplained(mine)
        findings += join_late_findings(mine, known)
    return Judgement(findings, failures)


@dataclass(frozen=True, eq=False)
class _New:
    """The readings `start:end` of one patient, and what the rules of one condition answer at them."""

    history: History
    answers: Sequence[RuleOutcomes]  # of the most pressing rule first: it tells what it raises
    start: int
    end: int
    beyond: CriticalValues
    is_whole: bool  # no rule of the condition failed

    @cached_property
    def times(self) -> Floats:
        return self.history.series.times[self.start : self.end]

    @cached_property
    def in_doubt(self) -> Bools:
        return self.history.series.in_doubt[self.start : self.end]

    @cached_property
    def outcomes(self) -> Outcomes:
        """A condition raises where one of its rules does, and clears where one does and none holds on.

        While a rule of it fails, nothing says that the condition is over.
        """
        by_rule: Outcomes = np.stack([each.outcomes[self.start : self.end] for each in self.answers])
        outcomes: Outcomes = by_rule.max(axis=0)
        return outcomes if self.is_whole else np.where(outcomes == Outcome.CLEAR, Outcome.KEEP, outcomes)

    def follow(self, episodes: Sequence[Episode], told: Mapping[ReadingKey, Priority]) -> EpisodeUpdate:
        raised, is_notified = np.zeros((2, self.outcomes.size), dtype=bool)
        for offset in range(self.outcomes.size) if told else ():
            before = told.get(self.history.key(self.start + offset))
            if before is None:
                continue
            raised[offset] = is_notified[offset] = True
            if self.outcomes[offset] == Outcome.RAISE:
                is_notified[offset] = not self._raising(self.start + offset).rule.priority.outranks(before)
        return follow(self.times, self.outcomes, raised, is_notified, episodes)

    def moved(self, course: EpisodeUpdate) -> Iterator[tuple[ReadingKey, int]]:
        for offset, number in course.moved:
            yield self.history.key(self.start + offset), number

    def raises(self, course: EpisodeUpdate) -> Iterator[Raise]:
        for offset, number in course.raises:
            index = self.start + offset
            answers = self._raising(index)
            reason, evidence, error = _explain(answers, index)
            yield Raise(
                key=self.history.key(index),
                rule=answers.rule,
                episode_number=number,
                reason=reason,
                evidence=tuple(self.history.key(each) for each in evidence),
                is_critical=self._is_critical(index),
                doubt=doubt(self.history.series, index),
                error=error,
            )

    def ended(self, episodes: Sequence[Episode]) -> tuple[Episode, ...]:
        """Open episodes that none of their readings raises any more, by what they are held against now."""
        newest = float(self.times[-1])
        return tuple(
            replace(episode, cleared_at=newest)
            for episode in episodes
            if episode.cleared_at is None
            and self.is_whole
            and self.times[0] <= episode.opened_at <= episode.last_raise_at <= newest
            and not np.any(self.outcomes[self.times >= episode.opened_at] == Outcome.RAISE)
        )

    def _raising(self, index: int) -> RuleOutcomes:
        return next(each for each in self.answers if each.outcomes[index] == Outcome.RAISE)

    def _is_critical(self, index: int) -> bool:
        vitals = self.history.series.vitals
        return any(self.beyond.passed(vital, float(values[index])) for vital, values in vitals.items())


def _explain(answers: RuleOutcomes, index: int) -> tuple[str, tuple[int, ...], str | None]:
    """Why a reading raises, and on which it rests. A rule that cannot say so has raised all the same."""
    try:
        verdict = answers.explain(index)
    except FAULTS as fault:
        return f"{answers.rule.title} (the rule failed to say why)", (index,), type(fault).__name__
    return verdict.reason, verdict.evidence, None


def _unexplained(findings: Sequence[Finding]) -> Iterable[Failure]:
    """The rules that raised and could not say why, each once."""
    failed = {
        each.rule.rule_id: Failure(finding.subject, each.rule, each.error)
        for finding in findings
        for each in finding.raises
        if each.error is not None
    }
    return failed.values()


def _find(subject: Subject, condition: str, new: _New, known: PriorState, now: float) -> Finding | None:
    key = (subject.patient_id, condition)
    before, work = known.episodes.get(key, ()), known.work.get(key, NO_WORK)
    course = new.follow(before, known.told.get(key, {}))
    work = replace(work, last_episode=course.part_of(work.last_episode))
    raises = tuple(new.raises(course))
    episodes = course.episodes
    if subject.rejudged is not None and not raises:
        ended = {episode.number: episode for episode in new.ended(episodes)}
        episodes = tuple(ended.get(episode.number, episode) for episode in episodes)
    changed = tuple(episode for episode in episodes if episode not in before)
    effect, check = _after(raises, work, now)
    repeated = _repeated(check or work.check, new)
    if effect is None and repeated is RepeatState.WITHDRAWN and policy.may_withdraw(work):
        effect = Effect.WITHDRAWN
    elif effect is None and changed and all(episode.cleared_at is not None for episode in episodes):
        effect = policy.after_clear(work)
    if not (changed or raises or repeated or course.absorbed):
        return None
    is_late = all(policy.is_late(each.key.measured_at.timestamp(), now) for each in raises)
    return Finding(
        subject,
        condition,
        changed,
        raises,
        effect,
        moved=tuple(new.moved(course)),
        absorbed=course.absorbed,
        is_late=bool(raises) and is_late,
        check=check,
        repeated=repeated,
    )


def _after(raises: Sequence[Raise], work: Work, now: float) -> tuple[Effect | None, Check | None]:
    """What raises do to the task, and the repeat that is asked for beside them."""
    if not raises:
        return None, None
    leading = lead(raises)
    effect = policy.after_raise(leading.rule.priority, leading.episode_number, work)
    if effect not in (Effect.CREATED, Effect.REOPENED, Effect.RAISED):
        return effect, None
    measured = leading.key.measured_at.timestamp()
    return effect, ask(leading.rule.repeat, measured, now, is_beyond_doubt=leading.is_critical)


def _repeated(check: Check | None, new: _New) -> RepeatState | None:
    found = None if check is None else answer(check, new.times, new.outcomes, new.in_doubt)
    return None if found is None else found[0]


def _by_condition(subject: Subject) -> Mapping[str, list[str]]:
    """The ids of the rules of each condition, the most pressing first, else as in their files."""
    found: dict[str, list[str]] = defaultdict(list)
    for rule in sorted(subject.rules, key=lambda rule: rule.priority.rank, reverse=True):
        found[rule.condition].append(rule.rule_id)
    return found
