"""Whatever is stored, assigned and corrected in whatever order: only what counts is told of and summed.

HEARTHBEAT_LIVES says how many lives are lived.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import numpy as np
import pytest

from edge_agent.wire.messages import Device
from gateway.database.pool import Pool
from gateway.evaluation import corrections, reattribution
from gateway.evaluation.corrections import CorrectedReading, MomentTaken, NotTheirsThen
from gateway.evaluation.evaluate import evaluate_once
from gateway.evaluation.reattribution import Placement
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.patients import patients
from gateway.readings import history, series, summaries
from gateway.readings.history import Span, StoredReading
from gateway.readings.series import Range, Width
from gateway.rules import load_shipped
from tests.gateway.ward import METER, NOON, Ward, glucose, message

T = TypeVar("T")
LIVES = int(os.environ.get("HEARTHBEAT_LIVES", "2"))

RULES = load_shipped()
OTHER_METER = Device(identifier="AA:BB:CC:00:00:09")
SINCE = NOON - timedelta(days=30)
LATER = NOON + timedelta(hours=1)
STEPS = 40


class Life:
    """Two patients with a meter each, and people who make mistakes and put them right."""

    def __init__(self, ward: Ward, pool: Pool, seed: int) -> None:
        self._ward, self._pool, self._chance = ward, pool, np.random.default_rng(seed)
        self.patients: list[int] = []

    async def begin(self) -> None:
        for identifier, device in (("P1", METER), ("P2", OTHER_METER)):
            self.patients.append(await self._ward.patient(identifier))
            await self._ward.assign(self.patients[-1], device, SINCE)

    async def step(self) -> None:
        happening = self._pick(
            [
                self._measure,
                self._measure,
                self._retract,
                self._move,
                self._count_again,
                self._swap,
                self.judge,
            ]
        )
        await happening()
        await self._ward.conn.commit()

    async def judge(self) -> None:
        while await evaluate_once(self._pool, RULES, NOON):
            """There may be more."""

    async def readings(self, patient_id: int) -> list[StoredReading]:
        return await history.readings(self._ward.conn, patient_id, Span(None, None, None, 500))

    async def _measure(self) -> None:
        device = self._pick([METER, OTHER_METER])
        values = [self._pick([41.0, 100.0, 300.0]) for _ in range(3)]
        readings = [glucose(value, self._moment(), device=device) for value in values]
        await store_batch(self._pool, Registry(), [message(*readings, now=NOON)], NOON)

    async def _retract(self) -> None:
        if found := await self._one(is_struck=False):
            patient_id, key, _ = found
            await corrections.retract(
                self._ward.conn, self._ward.nurse, patient_id, key, why="a guest's", now=NOON
            )

    async def _move(self) -> None:
        if found := await self._one(is_struck=False):
            patient_id, key, _ = found
            try:
                await corrections.retime(
                    self._ward.conn,
                    self._ward.nurse,
                    patient_id,
                    key,
                    min(self._moment(), key.measured_at),
                    why="the clock",
                    now=NOON,
                )
            except (MomentTaken, NotTheirsThen):
                await self._ward.conn.rollback()

    async def _count_again(self) -> None:
        if found := await self._one(is_struck=True):
            patient_id, _, reading = found
            if reading.struck and reading.struck.taken_at is None:
                correction_id = reading.struck.reading_correction_id
                await corrections.withdraw(self._ward.conn, self._ward.nurse, patient_id, correction_id, NOON)

    async def _swap(self) -> None:
        assignment_id = self._pick([1, 2])
        placed = await reattribution.get(self._ward.conn, self._ward.nurse, assignment_id)
        other = self._pick(self.patients)
        wanted = Placement(other, placed.placement.since, None)
        await reattribution.change(
            self._ward.conn, self._ward.nurse, assignment_id, wanted, why="swapped", now=NOON
        )

    async def _one(self, *, is_struck: bool) -> tuple[int, CorrectedReading, StoredReading] | None:
        patient_id = self._pick(self.patients)
        found = [each for each in await self.readings(patient_id) if (each.struck is not None) is is_struck]
        if not found:
            return None
        reading = self._pick(found)
        return patient_id, CorrectedReading(reading.source_id, reading.measured_at, reading.tie), reading

    def _pick(self, items: Sequence[T]) -> T:
        return items[int(self._chance.integers(len(items)))]

    def _moment(self) -> datetime:
        """Any hour of twenty days, or one of the last four, where readings come to lie at one moment."""
        return NOON - timedelta(hours=int(self._chance.integers(1, self._pick([5, 24 * 20]))))


@pytest.mark.parametrize("seed", range(LIVES))
async def test_what_counts_is_what_is_told_and_summed(ward: Ward, pool: Pool, seed: int) -> None:
    life = Life(ward, pool, seed)
    await life.begin()
    for _ in range(STEPS):
        await life.step()
    await life.judge()
    for patient_id in life.patients:
        counting = [each for each in await life.readings(patient_id) if each.struck is None]
        patient = await patients.get_patient(ward.conn, ward.nurse, patient_id)
        buckets = await series.buckets(ward.conn, patient, Width.DAY, Range(None, None, 500))
        days = await summaries.of_patient(
            ward.conn, patient_id, SINCE.date(), (NOON + timedelta(days=1)).date()
        )
        in_buckets = [bucket.vitals["blood_glucose"] for bucket in reversed(buckets)]
        assert [(day.readings, day.low, day.high) for day in days] == [
            (each.readings, each.low, each.high) for each in in_buckets
        ]
        assert sum(day.readings for day in days) == len(counting)
        of_evidence = "SELECT DISTINCT source_id, measured_at, tie FROM evidence WHERE patient_id = %s"
        told = await rows(ward, of_evidence, patient_id)
        keys = {(each.source_id, each.measured_at, each.tie) for each in counting}
        assert set(told) <= keys, "nobody is told of a reading that does not count"
        assert await strays(ward, patient_id) == [], "and each is evidence of an episode that held then"
        lows = {
            (each.source_id, each.measured_at, each.tie)
            for each in counting
            if each.values["blood_glucose"].value < 54
        }
        assert lows <= set(told), "and somebody is told of every low that does"


async def strays(ward: Ward, patient_id: int) -> list[tuple[Any, ...]]:
    """Evidence whose episode is none, or did not hold at that time."""
    return await rows(
        ward,
        "SELECT v.condition, v.measured_at, e.opened_at, e.cleared_at"
        " FROM evidence v JOIN episode e USING (episode_id)"
        " WHERE v.patient_id = %s AND (e.entered_in_error_at IS NOT NULL OR v.measured_at < e.opened_at"
        " OR v.measured_at >= e.cleared_at)",
        patient_id,
    )


@pytest.mark.parametrize(
    "arriving",
    [
        [(0, 41), (2, 41), (1, 100), (1, 41)],
        [(1, 100), (1, 41), (2, 41), (0, 41)],
        [(2, 41), (1, 100), (0, 41), (1, 41)],
        [(1, 41), (2, 41), (1, 100), (0, 41)],
    ],
)
async def test_readings_of_one_moment_end_in_one_episode_in_any_order(
    ward: Ward, pool: Pool, arriving: list[tuple[int, float]]
) -> None:
    """A low and none within one minute, between two lows: a raise outweighs a clear of the same moment."""
    patient_id = await ward.patient()
    await ward.assign(patient_id)
    for minute, value in arriving:
        reading = glucose(float(value), NOON + timedelta(minutes=minute))
        await store_batch(pool, Registry(), [message(reading, now=LATER)], LATER)
        while await evaluate_once(pool, RULES, LATER):
            """There may be more."""
    standing = "SELECT opened_at, cleared_at FROM episode WHERE entered_in_error_at IS NULL"
    assert await rows(ward, standing) == [(NOON, None)]
    assert await strays(ward, patient_id) == []
    told = await rows(ward, "SELECT measured_at FROM evidence ORDER BY measured_at")
    assert told == [(NOON + timedelta(minutes=minute),) for minute in range(3)]
    of = "SELECT task.condition FROM task JOIN episode USING (episode_id) WHERE entered_in_error_at IS NULL"
    assert await rows(ward, of) == [("hypoglycaemia",)], "one task, of the episode that stands"


async def rows(ward: Ward, query: str, *values: object) -> list[tuple[Any, ...]]:
    found = await (await ward.conn.execute(query.encode(), values)).fetchall()
    await ward.conn.commit()
    return found
