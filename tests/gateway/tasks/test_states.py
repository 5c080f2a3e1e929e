"""What may be done to a task, in every state."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from alerting.rules import Priority
from gateway.tasks.outcomes import Outcome
from gateway.tasks.states import Action, Refusal, Standing, Status, StatusChange
from gateway.tasks.transitions import complete, release, step

ANN, BEN = 1, 2
NEW = Standing(Status.READY, Priority.URGENT, version=3, owner_id=None)
ANNS = Standing(Status.ACCEPTED, Priority.URGENT, version=4, owner_id=ANN)
CLOSED = (Status.COMPLETED, Status.CANCELLED, Status.FAILED, Status.ENTERED_IN_ERROR)


def test_whoever_comes_first_has_the_task() -> None:
    assert step(Action.CLAIM, NEW, ANN, 3) == StatusChange(Status.ACCEPTED, ANN)
    assert step(Action.CLAIM, ANNS, BEN, 4) is Refusal.TAKEN
    assert step(Action.CLAIM, ANNS, BEN, 3) is Refusal.TAKEN  # who has it says more
    assert step(Action.CLAIM, ANNS, ANN, 3) == StatusChange(
        Status.ACCEPTED, ANN
    )  # a second click changes nothing


def test_a_stale_view_is_told() -> None:
    assert step(Action.CLAIM, NEW, ANN, 2) is Refusal.STALE
    assert complete(ANNS, ANN, 3, Outcome.ADVICE_GIVEN) is Refusal.STALE


def test_only_the_owner_completes() -> None:
    assert complete(NEW, ANN, 3, Outcome.ADVICE_GIVEN) is Refusal.NOT_YOURS
    assert complete(ANNS, BEN, 4, Outcome.ADVICE_GIVEN) is Refusal.TAKEN
    assert complete(ANNS, ANN, 4, Outcome.ADVICE_GIVEN) == StatusChange(Status.COMPLETED, ANN)


@pytest.mark.parametrize("priority", list(Priority))
def test_not_reached_completes_nothing_pressing(priority: Priority) -> None:
    answer = complete(replace(ANNS, priority=priority), ANN, 4, Outcome.NOT_REACHED)
    if priority is Priority.ROUTINE:
        assert answer == StatusChange(Status.COMPLETED, ANN)
    else:
        assert answer is Refusal.OUTCOME_LEAVES_IT_OPEN


def test_nothing_leaves_a_closed_state_and_only_owners_own_closed_tasks() -> None:
    for status, owner, by, priority in product(Status, (None, ANN, BEN), (ANN, BEN), Priority):
        task = Standing(status, priority, 1, owner)
        answers = (step(Action.CLAIM, task, by, 1), *(complete(task, by, 1, outcome) for outcome in Outcome))
        if status in CLOSED:
            assert set(answers) == {Refusal.CLOSED}
        for answer in answers:
            if isinstance(answer, StatusChange):
                assert answer.owner_id == by
                assert owner in {None, by}


def test_whoever_leaves_keeps_nothing_and_what_is_offered_stays_offered() -> None:
    offered_by_ann = replace(ANNS, status=Status.REQUESTED, offered_to_id=BEN)
    assert release(ANNS, ANN) == StatusChange(Status.READY, None)
    assert release(replace(ANNS, status=Status.ON_HOLD), ANN) == StatusChange(Status.READY, None)
    assert release(offered_by_ann, ANN) == StatusChange(Status.REQUESTED, None, BEN)
    assert release(offered_by_ann, BEN) == StatusChange(Status.IN_PROGRESS, ANN)
    assert release(replace(offered_by_ann, owner_id=None), BEN) == StatusChange(Status.READY, None)


def test_outcomes_are_found_by_their_code() -> None:
    assert [Outcome.from_code(outcome.code) for outcome in Outcome] == list(Outcome)
    with pytest.raises(ValueError, match="known are advice-given, "):
        Outcome.from_code("magic")


def test_a_history_has_words_for_every_action() -> None:
    assert [action for action in Action if not action.done] == []
    assert Action("claim") is Action.CLAIM
