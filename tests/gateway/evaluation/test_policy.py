"""What people have before them decides what a raise does, against the real database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerting.rules import RuleSet
from edge_agent.wire.codes import EventKind, ReadingKind
from edge_agent.wire.messages import PatientEvent, Reading
from gateway.database.pool import Pool
from gateway.evaluation.evaluate import evaluate_once
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.readings import history
from gateway.rules import load_rule_set
from gateway.tasks import actions, tasks
from gateway.tasks.actions import Act
from gateway.tasks.outcomes import Outcome
from gateway.tasks.states import Action
from tests.gateway.ward import METER, NOON, Ward, glucose, message, new_reading_id

RULES = """
version = "1"
title = "Glucose"

[[rules]]
id = "low"
condition = "hypoglycaemia"
title = "Low"
priority = "urgent"
source = "a guideline"
strength = "ours"
steps = ["Call now."]
kind = "threshold"
limits = [{ vital = "blood_glucose", unit = "mg/dL", below = 54, clear = 70, clear_source = "a guideline" }]

[[rules]]
id = "two-lows"
condition = "hypoglycaemia"
title = "Two lows"
priority = "routine"
source = "a guideline"
strength = "ours"
steps = ["Call this week."]
kind = "count"
vital = "blood_glucose"
unit = "mg/dL"
below = 70
times = 2
days = 7
clear = 0
clear_source = "a guideline"

[[rules]]
id = "symptoms"
condition = "symptoms"
title = "Symptoms"
priority = "urgent"
source = "a guideline"
strength = "ours"
steps = ["Call now."]
kind = "event"
marks = ["hypoglycaemic-symptoms"]
vital = "blood_glucose"
clear_hours = 1
clear_source = "a guideline"

[[rules]]
id = "high"
condition = "hyperglycaemia"
title = "High"
priority = "urgent"
needs_review = true
source = "a guideline"
strength = "ours"
steps = ["Call now."]
kind = "threshold"
limits = [{ vital = "blood_glucose", unit = "mg/dL", above = 300, clear = 250, clear_source = "a guideline" }]
"""

HOUR = timedelta(hours=1)


@pytest.fixture
def rule_sets(tmp_path: Path) -> dict[str, RuleSet]:
    path = tmp_path / "diabetes.toml"
    path.write_text(RULES)
    return {"diabetes": load_rule_set(path)}


class Story:
    """One patient whose readings come in one by one; hours count from noon."""

    def __init__(self, ward: Ward, pool: Pool, rule_sets: dict[str, RuleSet]) -> None:
        self._ward, self._pool, self._rule_sets = ward, pool, rule_sets

    async def arrive(self, *readings: Reading, at: float | None = None) -> None:
        """Store readings together and judge them."""
        now = readings[-1].captured_at if at is None else NOON + at * HOUR
        await store_batch(self._pool, Registry(), [message(*readings, now=now)], now)
        while await evaluate_once(self._pool, self._rule_sets, now):
            pass

    async def measure(self, *values: tuple[float, float], at: float | None = None) -> None:
        """Glucose values with the hours at which they were measured."""
        await self.arrive(*(glucose(value, NOON + hour * HOUR) for hour, value in values), at=at)

    async def complete(self, hour: float) -> None:
        """Claim and complete the one open task."""
        [task] = await tasks.find(self._ward.conn, self._ward.nurse, tasks.Wanted())
        now = NOON + hour * HOUR
        act = Act(task.task_id, self._ward.nurse, task.version, now)
        claimed = await actions.do(self._ward.conn, act, Action.CLAIM)
        await actions.complete(self._ward.conn, replace(act, version=claimed.version), Outcome.ADVICE_GIVEN)
        await self._ward.conn.commit()

    async def rows(self, query: str) -> Sequence[tuple[Any, ...]]:
        rows = await (await self._ward.conn.execute(query.encode())).fetchall()
        await self._ward.conn.commit()
        return rows

    async def tasks(self) -> Sequence[tuple[Any, ...]]:
        return await self.rows("SELECT rule_id, priority, status FROM task ORDER BY task_id")


@pytest.fixture
async def story(ward: Ward, pool: Pool, rule_sets: dict[str, RuleSet]) -> Story:
    await ward.assign(await ward.patient())
    return Story(ward, pool, rule_sets)


def event(kind: EventKind, at: datetime) -> Reading:
    return Reading(
        reading_id=new_reading_id(),
        kind=ReadingKind.EVENT,
        device=METER,
        event=PatientEvent(kind=kind),
        measured_at=at,
        captured_at=at,
        raw="",
    )


async def test_a_more_pressing_raise_raises_the_open_task_and_speaks_for_it(story: Story) -> None:
    await story.measure((0, 65))
    await story.measure((5, 66))
    assert await story.tasks() == [("two-lows", "routine", "ready")]
    await story.measure((6, 50))
    assert await story.tasks() == [("low", "urgent", "ready")]
    await story.measure((7, 60))
    assert await story.rows("SELECT title, steps, reason, measured_at FROM task") == [
        ("Low", ["Call now."], "Blood glucose 50 mg/dL (below 54 mg/dL)", NOON + 7 * HOUR)
    ]
    assert await story.rows("SELECT rule_id, priority FROM evidence ORDER BY measured_at") == [
        ("two-lows", "routine"),
        ("low", "urgent"),
        ("two-lows", "routine"),
    ]
    assert await story.rows(
        "SELECT from_status, to_status, staff_id, note FROM task_transition ORDER BY task_transition_id"
    ) == [
        (None, "ready", None, ""),
        ("ready", "ready", None, "Now urgent: Blood glucose 50 mg/dL (below 54 mg/dL)"),
    ]


async def test_a_routine_pattern_that_was_dealt_with_counts_anew(story: Story) -> None:
    await story.measure((0, 65), (5, 66))
    await story.complete(6)
    await story.measure((7, 65))
    assert len(await story.tasks()) == 1
    await story.measure((5.5, 64), at=7.5)
    assert len(await story.tasks()) == 1  # late, and measured before
    await story.measure((8, 65))
    assert await story.tasks() == [("two-lows", "routine", "completed"), ("two-lows", "routine", "ready")]


async def test_an_unclaimed_routine_task_closes_with_its_reason_when_the_condition_clears(
    story: Story,
) -> None:
    await story.measure((0, 65))
    await story.measure((1, 65))
    await story.measure((24 * 9, 100))
    assert await story.tasks() == [("two-lows", "routine", "cancelled")]
    assert await story.rows("SELECT from_status, to_status, note FROM task_transition OFFSET 1") == [
        ("ready", "cancelled", "The condition has cleared, and nobody had begun.")
    ]


async def test_an_urgent_task_stays_when_the_condition_clears(story: Story) -> None:
    await story.measure((0, 50))
    await story.measure((24 * 9, 100))
    assert await story.tasks() == [("low", "urgent", "ready")]
    assert await story.rows("SELECT cleared_at IS NULL FROM episode") == [(False,)]


async def test_low_and_high_have_tasks_of_their_own(story: Story) -> None:
    await story.measure((0, 50))
    await story.measure((1, 350))
    await story.measure((2, 45))
    assert await story.tasks() == [("low", "urgent", "ready"), ("high", "urgent", "ready")]


async def test_a_rule_asks_for_another_person_to_confirm_how_its_task_ends(story: Story) -> None:
    await story.measure((0, 50), (1, 350))
    assert await story.rows("SELECT rule_id, needs_review FROM task ORDER BY task_id") == [
        ("low", False),
        ("high", True),
    ]


async def test_a_backlog_with_many_lows_makes_one_task_from_its_arrival(story: Story) -> None:
    await story.measure((0, 50), (12, 100), (24, 51), (36, 99), at=72)
    assert await story.rows("SELECT rule_id, measured_at, raised_at FROM task") == [
        ("low", NOON + 24 * HOUR, NOON + 72 * HOUR)
    ]
    assert len(await story.rows("SELECT FROM evidence")) == 2
    assert len(await story.rows("SELECT FROM episode")) == 1  # a week has not passed without a low


async def test_a_symptom_is_an_event_between_the_readings(story: Story, ward: Ward) -> None:
    await story.measure((0, 100))
    await story.arrive(event(EventKind.HYPOGLYCAEMIC_SYMPTOMS, NOON + 1 * HOUR))
    assert await story.tasks() == [("symptoms", "urgent", "ready")]
    [(task_id,)] = await story.rows("SELECT task_id FROM task")
    [evidence] = await history.evidence(ward.conn, task_id)
    assert (evidence.reading.flags, evidence.reading.values) == (["hypoglycaemic-symptoms"], {})
    await story.arrive(event(EventKind.INSULIN_DOSE, NOON + 6 * HOUR))
    assert await story.rows("SELECT cleared_at FROM episode") == [(None,)]
    await story.measure((7, 100))
    assert await story.rows("SELECT cleared_at FROM episode") == [(NOON + 7 * HOUR,)]


async def test_judging_again_changes_nothing(story: Story, ward: Ward) -> None:
    await story.measure((0, 65), (5, 66), (6, 50), (30, 350))
    state = await story.rows("TABLE task"), await story.rows("TABLE evidence")
    await ward.conn.execute("INSERT INTO due (source_id, since) SELECT source_id, '2026-01-01' FROM source")
    await ward.conn.commit()
    await story.measure((31, 100))
    assert (await story.rows("TABLE task"), await story.rows("TABLE evidence")) == state
