"""Readings that were wrong, against the real database: struck out, never gone, and nobody is told of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from edge_agent.wire.messages import Reading
from gateway.database.pool import Pool
from gateway.evaluation import corrections
from gateway.evaluation.corrections import (
    AlreadyCorrected,
    CorrectedReading,
    MomentTaken,
    NotTheirsThen,
    TakenAfterItCame,
    UnknownCorrection,
    UnknownReading,
)
from gateway.evaluation.evaluate import evaluate_once
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.readings import history, summaries
from gateway.readings.history import Span, StoredReading, Struck
from gateway.rules import load_shipped
from tests.gateway.ward import NOON, Ward, glucose, message

RULES = load_shipped()
HOUR = timedelta(hours=1)
NULL_ID = UUID(int=0)
LATER = NOON + 2 * HOUR


async def measure(pool: Pool, *readings: Reading) -> None:
    await store_batch(pool, Registry(), [message(*readings, now=LATER)], LATER)
    await judge(pool)


async def judge(pool: Pool) -> None:
    while await evaluate_once(pool, RULES, LATER):
        pass


async def stored(ward: Ward, patient_id: int) -> list[StoredReading]:
    found = await history.readings(ward.conn, patient_id, Span(None, None, None, 10))
    await ward.conn.commit()
    return found


async def key(ward: Ward, patient_id: int, nth: int = 0) -> CorrectedReading:
    """Of the newest reading, or the `nth` before it."""
    reading = (await stored(ward, patient_id))[nth]
    return CorrectedReading(reading.source_id, reading.measured_at, reading.tie)


async def retract(ward: Ward, patient_id: int, nth: int = 0) -> None:
    wrong = await key(ward, patient_id, nth)
    await corrections.retract(ward.conn, ward.nurse, patient_id, wrong, why="the spouse's", now=LATER)
    await ward.conn.commit()


async def rows(ward: Ward, query: str) -> list[tuple[Any, ...]]:
    found = await (await ward.conn.execute(query.encode())).fetchall()
    await ward.conn.commit()
    return found


async def patient(ward: Ward) -> int:
    patient_id = await ward.patient()
    await ward.assign(patient_id)
    return patient_id


async def test_a_retracted_reading_is_struck_out_and_its_task_void(ward: Ward, pool: Pool) -> None:
    patient_id = await patient(ward)
    await measure(pool, glucose(41.0))
    await retract(ward, patient_id)
    await judge(pool)
    [reading] = await stored(ward, patient_id)
    assert reading.struck == Struck(1, "the spouse's", "Nora", None)
    assert reading.values["blood_glucose"].value == 41.0
    assert await rows(ward, "SELECT status FROM task") == [("entered-in-error",)]
    [(note,)] = await rows(ward, "SELECT note FROM task_transition WHERE to_status = 'entered-in-error'")
    assert note == "A reading was retracted: the spouse's"
    assert await rows(ward, "SELECT reading_correction_id, assignment_change_id FROM evidence_left") == [
        (1, None)
    ]
    assert await summaries.of_patient(ward.conn, patient_id, NOON.date(), LATER.date() + 24 * HOUR) == []
    assert await ward.count("evidence") == await ward.count("due") == 0


async def test_sent_again_a_retracted_reading_stays_retracted(ward: Ward, pool: Pool) -> None:
    patient_id = await patient(ward)
    low = glucose(41.0)
    await measure(pool, low)
    await retract(ward, patient_id)
    await measure(pool, low)
    [reading] = await stored(ward, patient_id)
    assert reading.struck is not None
    assert await rows(ward, "SELECT count(*) FROM task WHERE status = 'ready'") == [(0,)]


async def test_what_a_retracted_reading_cleared_holds_again(ward: Ward, pool: Pool) -> None:
    patient_id = await patient(ward)
    await measure(pool, glucose(41.0, NOON - HOUR), glucose(120.0))
    assert await rows(ward, "SELECT cleared_at FROM episode") == [(NOON,)]
    await retract(ward, patient_id)
    await judge(pool)
    assert await rows(ward, "SELECT cleared_at FROM episode") == [(None,)]


async def test_a_retraction_that_was_wrong_is_withdrawn_and_people_are_told_after_all(
    ward: Ward, pool: Pool
) -> None:
    patient_id = await patient(ward)
    await measure(pool, glucose(41.0))
    await retract(ward, patient_id)
    await judge(pool)
    await corrections.withdraw(ward.conn, ward.nurse, patient_id, 1, LATER)
    await ward.conn.commit()
    await judge(pool)
    assert await rows(ward, "SELECT status FROM task ORDER BY task_id") == [("entered-in-error",), ("ready",)]
    assert [each.struck for each in await stored(ward, patient_id)] == [None]
    [correction] = await corrections.of_patient(ward.conn, patient_id)
    assert (correction.corrected_by, correction.withdrawn_by) == ("Nora", "Nora")
    with pytest.raises(UnknownCorrection):
        await corrections.withdraw(ward.conn, ward.nurse, patient_id, 1, LATER)


async def test_a_reading_counts_for_when_it_was_taken(ward: Ward, pool: Pool) -> None:
    patient_id = await patient(ward)
    await measure(pool, glucose(41.0, NOON))
    yesterday = NOON - 24 * HOUR
    wrong = await key(ward, patient_id)
    await corrections.retime(
        ward.conn, ward.nurse, patient_id, wrong, yesterday, why="the clock was a day ahead", now=LATER
    )
    await ward.conn.commit()
    await judge(pool)
    struck, copy = await stored(ward, patient_id)
    assert struck.struck == Struck(1, "the clock was a day ahead", "Nora", yesterday)
    assert (copy.measured_at, copy.received_at, copy.struck) == (yesterday, struck.received_at, None)
    assert copy.values == struck.values
    assert await rows(ward, "SELECT measured_at FROM evidence") == [(yesterday,)]
    assert await rows(ward, "SELECT day::text FROM daily_summary") == [(str(yesterday.date()),)]


async def test_what_cannot_be_corrected_changes_nothing(ward: Ward, pool: Pool) -> None:
    patient_id, other = await patient(ward), await ward.patient("P2")
    await measure(
        pool, glucose(41.0, NOON - HOUR, reading_id=NULL_ID), glucose(90.0, NOON, reading_id=NULL_ID)
    )
    newest = await key(ward, patient_id)
    for taken_at, error in (
        (LATER + HOUR, TakenAfterItCame),
        (NOON - timedelta(days=500), NotTheirsThen),
        (NOON - HOUR, MomentTaken),
    ):
        with pytest.raises(error):
            await corrections.retime(
                ward.conn, ward.nurse, patient_id, newest, taken_at, why="a slip", now=LATER
            )
        await ward.conn.rollback()
    for whose, wrong in ((other, newest), (patient_id, newest._replace(measured_at=LATER))):
        with pytest.raises(UnknownReading):
            await corrections.retract(ward.conn, ward.nurse, whose, wrong, why="a slip", now=LATER)
        await ward.conn.rollback()
    assert await ward.count("reading_correction") == 0
    await retract(ward, patient_id)
    with pytest.raises(AlreadyCorrected):
        await retract(ward, patient_id)
