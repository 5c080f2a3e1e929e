"""Assignments that were wrong, against the real database: what people were told of a reading goes with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg.errors import CheckViolation

from edge_agent.wire.messages import Device, Reading
from gateway.database.pool import Pool
from gateway.evaluation import reattribution
from gateway.evaluation.evaluate import evaluate_once
from gateway.evaluation.reattribution import Placement, affected_from
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.patients.assignments import AssignmentOverlaps, PeriodEndsFirst
from gateway.rules import load_shipped
from gateway.tasks import actions, tasks
from gateway.tasks.actions import Act
from gateway.tasks.outcomes import Outcome
from gateway.tasks.states import Action, Status
from gateway.tasks.tasks import Wanted
from tests.gateway.ward import NOON, Ward, glucose, message

RULES = load_shipped()
SINCE = NOON - timedelta(days=30)
HOUR = timedelta(hours=1)
OTHER_METER = Device(identifier="AA:BB:CC:00:00:09")


async def rows(ward: Ward, query: str) -> list[tuple[Any, ...]]:
    found = await (await ward.conn.execute(query.encode())).fetchall()
    await ward.conn.commit()
    return found


async def measure(pool: Pool, *readings: Reading) -> None:
    await store_batch(pool, Registry(), [message(*readings, now=NOON + HOUR)], NOON + HOUR)
    await judge(pool)


async def judge(pool: Pool) -> None:
    while await evaluate_once(pool, RULES, NOON + HOUR):
        pass


async def change(ward: Ward, wanted: Placement | None, why: str = "the spouse's") -> None:
    """The first assignment."""
    await reattribution.change(ward.conn, ward.nurse, 1, wanted, why=why, now=NOON + 2 * HOUR)
    await ward.conn.commit()


async def open_tasks(ward: Ward) -> list[tuple[int | None, str]]:
    found = await tasks.find(ward.conn, ward.nurse, Wanted())
    await ward.conn.commit()
    return [(task.patient_id, task.reason) for task in found]


async def told(ward: Ward) -> list[tuple[int, datetime]]:
    return await rows(ward, "SELECT patient_id, measured_at FROM evidence ORDER BY patient_id, measured_at")


async def test_a_low_of_the_spouse_moves_with_its_task(ward: Ward, pool: Pool) -> None:
    one, other = await ward.patient("P1"), await ward.patient("P2")
    await ward.assign(one, since=SINCE)
    await measure(pool, glucose(41.0))
    await change(ward, Placement(other, SINCE, None))
    assert await open_tasks(ward) == []
    await judge(pool)
    assert await open_tasks(ward) == [(other, "Blood glucose 41 mg/dL (below 54 mg/dL)")]
    assert await told(ward) == [(other, NOON)]
    assert await rows(
        ward,
        "SELECT task.patient_id, status, entered_in_error_at IS NOT NULL"
        " FROM task JOIN episode USING (episode_id) ORDER BY task_id",
    ) == [(one, Status.ENTERED_IN_ERROR, True), (other, Status.READY, False)]
    [(note, name)] = await rows(
        ward,
        "SELECT note, staff.name FROM task_transition JOIN staff USING (staff_id)"
        " WHERE to_status = 'entered-in-error'",
    )
    assert (note, name) == ("Readings turned out not to be this patient's: the spouse's", "Nora")
    assert await rows(ward, "SELECT patient_id, reason FROM evidence_left") == [
        (one, "Blood glucose 41 mg/dL (below 54 mg/dL)")
    ]
    assert await ward.count("due") == 0


async def test_what_was_completed_is_void_too_and_the_next_low_begins_anew(ward: Ward, pool: Pool) -> None:
    patient_id = await ward.patient()
    await ward.assign(patient_id, since=SINCE)
    await ward.assign(patient_id, OTHER_METER, SINCE)
    await measure(pool, glucose(41.0))
    await actions.do(ward.conn, Act(1, ward.nurse, 1, NOON), Action.CLAIM)
    await actions.complete(ward.conn, Act(1, ward.nurse, 2, NOON), Outcome.ADVICE_GIVEN)
    await ward.conn.commit()
    await change(ward, None)
    await judge(pool)
    await measure(pool, glucose(50.0, NOON + HOUR, device=OTHER_METER))
    assert await rows(ward, "SELECT status, previous_task_id FROM task ORDER BY task_id") == [
        (Status.ENTERED_IN_ERROR, None),
        (Status.READY, None),
    ]
    assert await rows(ward, "SELECT number, cleared_at FROM episode WHERE entered_in_error_at IS NULL") == [
        (1, None)
    ]


async def test_a_task_that_keeps_evidence_stays_and_says_what_is_left(ward: Ward, pool: Pool) -> None:
    patient_id = await ward.patient()
    await ward.assign(patient_id, since=SINCE)
    await measure(pool, glucose(50.0, NOON - HOUR), glucose(41.0))
    assert await open_tasks(ward) == [(patient_id, "Blood glucose 41 mg/dL (below 54 mg/dL)")]
    await change(ward, Placement(patient_id, SINCE, NOON), "the meter was given away at noon")
    await judge(pool)
    assert await open_tasks(ward) == [(patient_id, "Blood glucose 50 mg/dL (below 54 mg/dL)")]
    assert await told(ward) == [(patient_id, NOON - HOUR)]
    assert await rows(ward, "SELECT measured_at, version FROM task") == [(NOON - HOUR, 2)]
    [(note,)] = await rows(ward, "SELECT note FROM task_transition WHERE from_status = to_status")
    assert "given away at noon" in note


async def test_an_episode_that_another_persons_reading_cleared_holds_again(ward: Ward, pool: Pool) -> None:
    patient_id = await ward.patient()
    await ward.assign(patient_id, since=SINCE)
    await measure(pool, glucose(41.0, NOON - HOUR), glucose(120.0))
    assert await rows(ward, "SELECT cleared_at FROM episode") == [(NOON,)]
    await change(ward, Placement(patient_id, SINCE, NOON))
    await judge(pool)
    assert await rows(ward, "SELECT cleared_at FROM episode") == [(None,)]
    await change(ward, Placement(patient_id, SINCE, None), "it was the patient's after all")
    await judge(pool)
    assert await rows(ward, "SELECT cleared_at FROM episode") == [(NOON,)]


async def test_a_reading_that_comes_back_is_told_again(ward: Ward, pool: Pool) -> None:
    patient_id = await ward.patient()
    await ward.assign(patient_id, since=SINCE)
    await measure(pool, glucose(41.0))
    await change(ward, Placement(patient_id, SINCE, NOON))
    await judge(pool)
    assert await open_tasks(ward) == []
    await change(ward, Placement(patient_id, SINCE, None))
    await judge(pool)
    assert await open_tasks(ward) == [(patient_id, "Blood glucose 41 mg/dL (below 54 mg/dL)")]
    assert await ward.count("assignment_change") == 2
    assert await ward.count("evidence_left") == 1


async def test_what_cannot_be_changed_changes_nothing(ward: Ward, pool: Pool) -> None:
    one, other = await ward.patient("P1"), await ward.patient("P2")
    await ward.assign(one, since=SINCE)
    await ward.assign(other, since=SINCE - timedelta(days=400), until=SINCE)
    await measure(pool, glucose(41.0))
    for wanted, error in (
        (Placement(one, SINCE - HOUR, None), AssignmentOverlaps),
        (Placement(one, NOON, NOON), PeriodEndsFirst),
        (Placement(one, datetime(1979, 12, 31, tzinfo=UTC), None), CheckViolation),
    ):
        with pytest.raises(error):
            await reattribution.change(ward.conn, ward.nurse, 1, wanted, why="wrong", now=NOON)
        await ward.conn.rollback()
    await change(ward, Placement(one, SINCE, None))
    assert await ward.count("assignment_change") == 0
    assert len(await open_tasks(ward)) == 1


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (None, SINCE),
        (Placement(2, NOON, None), SINCE),
        (Placement(2, SINCE - HOUR, None), SINCE - HOUR),
        (Placement(1, SINCE + HOUR, NOON), SINCE),
        (Placement(1, SINCE - HOUR, None), SINCE - HOUR),
        (Placement(1, SINCE, None), NOON),
        (Placement(1, SINCE, NOON - HOUR), NOON - HOUR),
    ],
)
def test_from_when_on_readings_may_be_somebody_elses(after: Placement | None, expected: datetime) -> None:
    assert affected_from(Placement(1, SINCE, NOON), after) == expected
