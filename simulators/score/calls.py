"""Interruptions by rules on the readings of many patients, with a team that completes its tasks.

What `gateway.trials` finds reading by reading, for many patients at once, so that rules can be chosen by it:
each rule answers all readings together, and only what follows from that is followed one by one. It is exact
for readings that arrive when they are measured, without a device's doubt; a test holds one against the other.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from alerting import policy
from alerting.policy import NO_WORK, Effect
from alerting.repeat import RepeatState, answer, ask
from alerting.rule_outcomes import RuleOutcomes
from alerting.rules import Priority, Rule
from alerting.series import Series
from alerting.verdict import Outcome, Outcomes
from alerting.windows import HOUR
from gateway.rules.critical_values import load_critical_values

Team = Mapping[Priority, float]
"""After how many hours a task of a priority is completed."""
CALLS = (Effect.CREATED, Effect.REOPENED, Effect.RAISED)
"""What takes somebody's attention. Nobody puts a task aside here."""


@dataclass(frozen=True)
class RuleCall:
    """The reading of the series that somebody is called about, and the rule that calls."""

    reading: int
    rule: Rule


def calls(rules: Sequence[Rule], series: Series, team: Team) -> list[RuleCall]:
    """Who is called, in the order of the readings."""
    by_condition: dict[str, list[Rule]] = defaultdict(list)
    for rule in sorted(rules, key=lambda rule: rule.priority.rank, reverse=True):
        by_condition[rule.condition].append(rule)
    found: list[RuleCall] = []
    for of_condition in by_condition.values():
        outcomes = np.stack([_outcomes(rule, series, -math.inf) for rule in of_condition])
        for patient in np.unique(series.patients[(outcomes == Outcome.RAISE).any(axis=0)]):
            first, last = int(series.starts[patient]), int(series.starts[patient + 1])
            part, _ = series.until(last - 1, math.inf)
            watch = _Watch(of_condition, part, team, outcomes[:, first:last].copy())
            found += [RuleCall(first + index, rule) for index, rule in watch.follow()]
    return sorted(found, key=lambda call: call.reading)


def _outcomes(rule: Rule, series: Series, since: float) -> Outcomes:
    """What a rule answers (n,) when the readings after `since` count."""
    return RuleOutcomes.of(rule, series, np.full(series.starts.size - 1, since)).outcomes


class _Watch:
    """One condition of one patient, followed in order of time; its rules, the most pressing first."""

    def __init__(self, rules: Sequence[Rule], series: Series, team: Team, outcomes: Outcomes) -> None:
        self._rules = rules
        self._series = series
        self._team = team
        self._outcomes = outcomes
        self._worst: list[int] = outcomes.max(axis=0).tolist()
        self._times: list[float] = series.times.tolist()
        self._critical_values = load_critical_values()
        self._work = NO_WORK
        self._due = math.inf  # when the team completes the open task
        self._episode = 0
        self._is_open = False
        self._raised_at = self._cleared_at = -math.inf

    def follow(self) -> Iterator[tuple[int, Rule]]:
        """The readings that call somebody, each with the rule that does."""
        index = 0
        while (index := self._next(index)) < len(self._times):
            time = self._times[index]
            if self._due <= time:
                self._complete()
            if self._work.check is not None and self._work.check.until < time:
                self._work = replace(self._work, check=None)  # not repeated
            if self._worst[index] == Outcome.RAISE:
                rule = self._rules[int(np.argmax(self._outcomes[:, index] == Outcome.RAISE))]
                if self._raise(rule, index, time):
                    yield index, rule
            else:
                self._calm(index, time)
            index += 1

    def _next(self, index: int) -> int:
        """The next reading that may matter: where nothing is open or asked for only a raise does."""
        if self._is_open or self._work.open_priority is not None or self._work.check is not None:
            return index
        return next(
            (each for each in range(index, len(self._times)) if self._worst[each] == Outcome.RAISE),
            len(self._times),
        )

    def _complete(self) -> None:
        self._work = replace(self._work, open_priority=None, completed_at=self._due)
        self._due = math.inf
        for number, rule in enumerate(self._rules):
            is_set = (self._outcomes[number] != Outcome.NOT_CONFIGURED).any()
            if rule.priority is Priority.ROUTINE and is_set:
                since = policy.counted_from(rule.priority, self._work)
                self._outcomes[number] = _outcomes(rule, self._series, since)
        self._worst = self._outcomes.max(axis=0).tolist()

    def _raise(self, rule: Rule, index: int, time: float) -> bool:
        if not self._is_open and time != self._cleared_at:  # at one moment a raise outweighs a clear
            self._episode += 1
        self._is_open, self._raised_at = True, time
        effect = policy.after_raise(rule.priority, self._episode, self._work)
        if effect not in CALLS:
            self._answer(index)
            return False
        self._work = replace(
            self._work,
            open_priority=rule.priority,
            check=ask(rule.repeat, time, time, is_beyond_doubt=self._is_critical(index)),
            last_episode=self._episode if effect.is_new_task else self._work.last_episode,
        )
        due = time + self._team[rule.priority] * HOUR
        self._due = due if effect.is_new_task else min(self._due, due)
        return True

    def _calm(self, index: int, time: float) -> None:
        ends = self._worst[index] == Outcome.CLEAR and self._is_open and self._raised_at != time
        if ends:
            self._is_open, self._cleared_at = False, time
        effect: Effect | None = None
        if self._answer(index) is RepeatState.WITHDRAWN and policy.may_withdraw(self._work):
            effect = Effect.WITHDRAWN
        elif ends:
            effect = policy.after_clear(self._work)
        if effect is not None:
            self._work = replace(self._work, open_priority=None)
            self._due = math.inf

    def _answer(self, index: int) -> RepeatState | None:
        """What the reading says to a repeat that was asked for, which is answered then."""
        if self._work.check is None:
            return None
        here = slice(index, index + 1)
        worst = self._outcomes[:, here].max(axis=0)
        found = answer(self._work.check, self._series.times[here], worst, np.zeros(1, dtype=bool))
        if found is None:
            return None
        self._work = replace(self._work, check=None)
        return found[0]

    def _is_critical(self, index: int) -> bool:
        return any(
            self._critical_values.passed(vital, float(values[index]))
            for vital, values in self._series.vitals.items()
        )
