"""What a raise and a clear ask of people, by what they have before them."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

from alerting.kinds.bound import Bound, Comparison
from alerting.kinds.count import Count
from alerting.kinds.kind import Measure
from alerting.policy import NO_WORK, Effect, Work, after_clear, after_raise, counted_from
from alerting.rule_outcomes import RuleOutcomes
from alerting.rules import Priority, Rule, Strength
from alerting.series import Series
from alerting.verdict import Outcome
from alerting.windows import DAY

ROUTINE, URGENT, STAT = Priority.ROUTINE, Priority.URGENT, Priority.STAT


@pytest.mark.parametrize(
    ("priority", "episode", "work", "effect"),
    [
        (URGENT, 1, NO_WORK, Effect.CREATED),
        (URGENT, 1, Work(URGENT, last_episode=1), Effect.JOINED),
        (ROUTINE, 1, Work(URGENT, last_episode=1), Effect.JOINED),
        (URGENT, 2, Work(URGENT, last_episode=1), Effect.JOINED),
        (URGENT, 1, Work(ROUTINE, last_episode=1), Effect.RAISED),
        (STAT, 1, Work(URGENT, is_claimed=True, last_episode=1), Effect.RAISED),
        (URGENT, 1, Work(URGENT, is_claimed=True, is_snoozed=True), Effect.WOKEN),
        (ROUTINE, 1, Work(URGENT, is_claimed=True, is_snoozed=True), Effect.JOINED),
        (STAT, 1, Work(URGENT, is_claimed=True, is_snoozed=True), Effect.RAISED),
        (URGENT, 1, Work(last_episode=1, completed_at=5.0), Effect.REOPENED),
        (URGENT, 2, Work(last_episode=1, completed_at=5.0), Effect.CREATED),
    ],
)
def test_what_a_raise_does(priority: Priority, episode: int, work: Work, effect: Effect) -> None:
    assert after_raise(priority, episode, work) is effect


def test_only_an_unclaimed_routine_task_closes_by_itself() -> None:
    closing = [
        (priority, claimed)
        for priority, claimed in product((None, *Priority), (False, True))
        if after_clear(Work(priority, is_claimed=claimed)) is Effect.CLOSED
    ]
    assert closing == [(ROUTINE, False)]


def test_only_routine_patterns_count_anew_after_a_completion() -> None:
    done = Work(completed_at=7.0)
    assert [counted_from(priority, done) for priority in Priority] == [7.0, *[-math.inf] * 3]
    assert counted_from(ROUTINE, NO_WORK) == -math.inf


THREE_LOWS = Rule(
    rule_id="three-lows",
    version="1",
    condition="lows",
    title="Three lows",
    priority=ROUTINE,
    kind=Count(Bound(Measure("blood_glucose", "glucose", "mg/dL"), Comparison.BELOW, 70), 3, 7, 0),
    source="a guideline",
    strength=Strength.OURS,
    steps=("Call.",),
    whom=(),
    notes=(),
)


def test_a_pattern_rests_on_nothing_before_it_was_dealt_with() -> None:
    """Two patients with a low a day; the second one's task was completed at the evening of the third day."""
    days = np.arange(6.0)
    series = Series(
        times=np.concatenate([days, days]) * DAY,
        vitals={"blood_glucose": np.full(12, 60.0)},
        starts=np.array([0, 6, 12], dtype=np.int64),
    )
    answers = RuleOutcomes.of(THREE_LOWS, series, np.array([-math.inf, 2.5 * DAY]))
    keeps, raises, nothing = Outcome.KEEP, Outcome.RAISE, Outcome.NO_DATA
    assert answers.outcomes[:6].tolist() == [keeps, keeps, *[raises] * 4]
    assert answers.outcomes[6:].tolist() == [*[nothing] * 3, keeps, keeps, raises]
    assert answers.explain(11).evidence == (9, 10, 11)
    assert answers.explain(2).evidence == (0, 1, 2)
