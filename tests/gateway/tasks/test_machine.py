"""Any story of a task, told by people, readings and time, against the real database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from psycopg import AsyncConnection

from alerting.rules import Priority
from gateway.tasks import actions, advance, create, tasks
from gateway.tasks.actions import (
    Act,
    OutcomeRefused,
    SnoozeRefused,
    StaleVersion,
    TaskAlreadyTaken,
    TaskNotOpen,
    TaskNotYours,
)
from gateway.tasks.create import NewTask
from gateway.tasks.outcomes import Outcome
from gateway.tasks.states import BY_ITSELF, STEPS, Action, Origin, Status
from gateway.tasks.tasks import Task
from gateway.tasks.terms import TERMS
from gateway.tasks.transitions import possible
from tests.examples import examples
from tests.gateway.web.clinic import NOW, Clinic

T = TypeVar("T")
MINUTE = timedelta(minutes=1)
REFUSED = (OutcomeRefused, SnoozeRefused, StaleVersion, TaskAlreadyTaken, TaskNotOpen, TaskNotYours)
PEOPLE = st.sampled_from(["ann", "ben", "adam"])
SIMPLE = sorted(set(STEPS) - BY_ITSELF - {Action.HAND_OFF, Action.SNOOZE, Action.COMPLETE})


class Line(NamedTuple):
    """A transition."""

    from_status: str | None
    to_status: str
    action: str | None
    staff_id: int | None
    outcome: str | None


@dataclass(frozen=True)
class Stage:
    """Where stories play, one after the other."""

    runner: asyncio.Runner
    clinic: Clinic
    patient_id: int

    def run(self, doing: Awaitable[T]) -> T:
        """In a transaction of its own."""

        async def committed() -> T:
            async with self.clinic.conn.transaction():
                return await doing

        return self.runner.run(committed())

    def rows(self, query: str, *values: object) -> Sequence[tuple[Any, ...]]:
        async def found() -> list[tuple[Any, ...]]:
            return await (await self.clinic.conn.execute(query.encode(), values)).fetchall()

        return self.run(found())


class Story(RuleBasedStateMachine):
    """One task. What people may do is what `possible` says, and history is what happened."""

    stage: ClassVar[Stage]

    @initialize(priority=st.sampled_from(list(Priority)), by_rule=st.booleans(), needs_review=st.booleans())
    def begin(self, priority: Priority, *, by_rule: bool, needs_review: bool) -> None:
        clinic = self.stage.clinic
        if by_rule:
            self.task_id = self.stage.runner.run(clinic.add_task(self.stage.patient_id, priority))
            self.stage.rows("UPDATE task SET needs_review = %s RETURNING 1", needs_review)
        else:
            new = NewTask(
                clinic.organisation_id,
                Origin.MANUAL,
                "Call",
                "Somebody has to",
                priority,
                patient_id=self.stage.patient_id,
                needs_review=needs_review,
            )
            self.task_id = self.stage.run(create.open_task(clinic.conn, new, NOW)).task_id
        self.now = NOW
        self.stage.run(advance.advance(clinic.conn, [self.task_id], NOW))
        self.first = self.before = self.task()
        self.history = self.lines()

    @rule(by=PEOPLE, action=st.sampled_from(SIMPLE), is_stale=st.booleans())
    def take_a_step(self, by: str, action: Action, *, is_stale: bool) -> None:
        act = self.act(by)
        expected = action in possible(self.before.standing, act.by.staff_id) and not is_stale
        is_own_claim = action is Action.CLAIM and self.before.owner_id == act.by.staff_id
        act = replace(act, version=act.version - is_stale)
        self.attempt(
            actions.do(self.stage.clinic.conn, act, action), expected=expected, or_nothing=is_own_claim
        )

    @rule(by=PEOPLE, to=PEOPLE)
    def hand_off(self, by: str, to: str) -> None:
        act, to_id = self.act(by), self.stage.clinic.staff[to].staff_id
        handing = actions.hand_off(self.stage.clinic.conn, act, to_id)
        self.attempt(handing, expected=self.may(Action.HAND_OFF, by) and to != by)

    @rule(by=PEOPLE, minutes=st.sampled_from([0, 1, 15, 16, 60, 61, 14 * 1440]))
    def snooze(self, by: str, minutes: int) -> None:
        until = self.now + minutes * MINUTE
        fits = MINUTE <= minutes * MINUTE <= TERMS[self.before.priority].longest_snooze
        snoozing = actions.snooze(self.stage.clinic.conn, self.act(by), until)
        self.attempt(snoozing, expected=self.may(Action.SNOOZE, by) and fits)

    @rule(by=PEOPLE, outcome=st.sampled_from(Outcome))
    def complete(self, by: str, outcome: Outcome) -> None:
        ends = outcome.completes_pressing or self.before.priority is Priority.ROUTINE
        completing = actions.complete(self.stage.clinic.conn, self.act(by), outcome)
        self.attempt(completing, expected=self.may(Action.COMPLETE, by) and ends)

    @rule(by=PEOPLE)
    def note(self, by: str) -> None:
        self.attempt(actions.note(self.stage.clinic.conn, self.act(by)), expected=self.may(Action.NOTE, by))

    @rule()
    def a_reading_comes(self) -> None:
        waking = advance.wake(self.stage.clinic.conn, self.task_id, self.now, "A new reading came.")
        assert self.stage.run(waking) is (self.before.status is Status.ON_HOLD)

    @rule(minutes=st.sampled_from([1, 5, 15, 60, 24 * 60]), runs=st.integers(1, 2))
    def time_passes(self, minutes: int, runs: int) -> None:
        self.now += minutes * MINUTE
        for _ in range(runs):
            self.stage.run(advance.advance(self.stage.clinic.conn, [self.task_id], self.now))
        [(next_at,)] = self.stage.rows("SELECT next_at FROM task WHERE task_id = %s", self.task_id)
        assert (next_at is None) is not self.task().status.is_open
        assert next_at is None or next_at > self.now

    @invariant()
    def holds(self) -> None:
        if not hasattr(self, "task_id"):
            return
        task, lines = self.task(), self.lines()
        assert lines[: len(self.history)] == self.history  # nothing is taken back
        assert all(line.from_status == earlier.to_status for earlier, line in pairwise(lines))
        assert lines[-1].to_status == task.status
        self.check_who_has_it(task)
        self.check_how_it_ends(task, lines)
        self.check_clocks(task)
        if task.version == self.before.version:
            assert replace(task, is_overdue=False) == replace(self.before, is_overdue=False)
        if not self.before.status.is_open:
            assert task.status in {self.before.status, Status.ENTERED_IN_ERROR}
        self.before, self.history = task, lines

    def check_who_has_it(self, task: Task) -> None:
        if task.status.is_open:
            assert (task.owner_id is None) is (task.status is Status.READY)
            assert (task.acknowledged_at is None) is (task.owner_id is None)
        asks = task.offered_to_id is not None or task.proposed_outcome is not None
        assert asks is (task.status is Status.REQUESTED)
        assert (task.snoozed_until is not None) is (task.status is Status.ON_HOLD)
        assert task.offered_to_id is None or task.offered_to_id != task.owner_id

    def check_how_it_ends(self, task: Task, lines: Sequence[Line]) -> None:
        is_pressing = task.priority is not Priority.ROUTINE
        if is_pressing and task.origin is Origin.RULE:
            assert task.status not in {Status.CANCELLED, Status.FAILED}
        if task.status is Status.COMPLETED:
            last = lines[-1]
            assert last.outcome is not None
            assert not is_pressing or Outcome.from_code(last.outcome).completes_pressing
            assert (last.action, last.staff_id == task.owner_id) == (
                ("confirm", False) if task.needs_review else ("complete", True)
            )

    def check_clocks(self, task: Task) -> None:
        if task.priority is not Priority.ROUTINE:  # nothing stops them
            assert (task.acknowledge_by, task.resolve_by) == (
                self.first.acknowledge_by,
                self.first.resolve_by,
            )
        steps = self.stage.rows(
            "SELECT clock_run, clock, array_agg(step ORDER BY step), array_agg(at ORDER BY step)"
            " FROM escalation WHERE task_id = %s GROUP BY 1, 2",
            self.task_id,
        )
        for _, _, numbers, times in steps:
            assert numbers == list(range(len(numbers)))
            assert times == sorted(times)
        keys = self.stage.rows(
            "SELECT count(DISTINCT key) FROM notification WHERE task_id = %s AND kind = 'task-escalated'",
            self.task_id,
        )
        assert keys == [(sum(len(numbers) for _, _, numbers, _ in steps),)]

    def attempt(self, doing: Awaitable[Task], *, expected: bool, or_nothing: bool = False) -> None:
        try:
            after = self.stage.run(doing)
        except REFUSED:
            assert not expected
            assert self.task() == self.before
        else:
            assert expected or (or_nothing and after.version == self.before.version)

    def may(self, action: Action, by: str) -> bool:
        return action in possible(self.before.standing, self.stage.clinic.staff[by].staff_id)

    def act(self, by: str) -> Act:
        return Act(self.task_id, self.stage.clinic.staff[by], self.before.version, self.now, "Because.")

    def task(self) -> Task:
        clinic = self.stage.clinic
        return self.stage.run(tasks.get(clinic.conn, clinic.staff["adam"], self.task_id, self.now))

    def lines(self) -> list[Line]:
        found = self.stage.rows(
            "SELECT from_status, to_status, action, staff_id, outcome"
            " FROM task_transition WHERE task_id = %s ORDER BY task_transition_id",
            self.task_id,
        )
        return [Line(*row) for row in found]

    def teardown(self) -> None:
        if hasattr(self, "task_id"):
            self.stage.rows(
                "UPDATE task SET status = 'failed', next_at = NULL WHERE next_at IS NOT NULL RETURNING 1"
            )


async def _set_the_stage(database_url: str) -> tuple[Clinic, int]:
    clinic = await Clinic.open(await AsyncConnection.connect(database_url, autocommit=True))
    return clinic, await clinic.add_patient()


def test_any_story_of_a_task_is_one_that_people_can_follow(database_url: str) -> None:
    with asyncio.Runner() as runner:
        clinic, patient_id = runner.run(_set_the_stage(database_url))

        class Told(Story):
            stage = Stage(runner, clinic, patient_id)

        chosen = settings(examples(20), stateful_step_count=20)
        run_state_machine_as_test(Told, settings=chosen)
        runner.run(clinic.conn.close())
