"""Whatever is stored, assigned and corrected in whatever order: only what counts is told of and summed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import numpy as np
import pytest

from edge_agent.wire.messages import Device
from gateway.evaluation.role import evaluate_once
from gateway.ingest.batch import store_batch
from gateway.rules import load_shipped
from gateway.store import corrections, history, people, reattribution, series, summaries
from gateway.store.corrections import MomentTaken, NotTheirsThen, ReadingKey
from gateway.store.history import Span, StoredReading
from gateway.store.pool import Pool
from gateway.store.reattribution import Placement
from gateway.store.registry import Registry
from gateway.store.series import Range, Width
from tests.gateway.ward import METER, NOON, Ward, glucose, message

T = TypeVar("T")

RULES = load_shipped()
OTHER_METER = Device(identifier="AA:BB:CC:00:00:09")
SINCE = NOON - timedelta(days=30)
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

    async def _one(self, *, is_struck: bool) -> tuple[int, ReadingKey, StoredReading] | None:
        patient_id = self._pick(self.patients)
        found = [each for each in await self.readings(patient_id) if (each.struck is not None) is is_struck]
        if not found:
            return None
        reading = self._pick(found)
        return patient_id, ReadingKey(reading.source_id, reading.measured_at, reading.tie), reading

    def _pick(self, items: Sequence[T]) -> T:
        return items[int(self._chance.integers(len(items)))]

    def _moment(self) -> datetime:
        return NOON - timedelta(hours=int(self._chance.integers(1, 24 * 20)))


@pytest.mark.parametrize("seed", range(2))
async def test_what_counts_is_what_is_told_and_summed(ward: Ward, pool: Pool, seed: int) -> None:
    life = Life(ward, pool, seed)
    await life.begin()
    for _ in range(STEPS):
        await life.step()
    await life.judge()
    for patient_id in life.patients:
        counting = [each for each in await life.readings(patient_id) if each.struck is None]
        patient = await people.get_patient(ward.conn, ward.nurse, patient_id)
        buckets = await series.buckets(ward.conn, patient, Width.DAY, Range(None, None, 500))
        days = await summaries.of_patient(
            ward.conn, patient_id, SINCE.date(), (NOON + timedelta(days=1)).date()
        )
        in_buckets = [bucket.vitals["blood_glucose"] for bucket in reversed(buckets)]
        assert [(day.readings, day.low, day.high) for day in days] == [
            (each.readings, each.low, each.high) for each in in_buckets
        ]
        assert sum(day.readings for day in days) == len(counting)
        told = await (
            await ward.conn.execute(
                "SELECT DISTINCT source_id, measured_at, tie FROM evidence WHERE patient_id = %s",
                [patient_id],
            )
        ).fetchall()
        keys = {(each.source_id, each.measured_at, each.tie) for each in counting}
        assert set(told) <= keys, "nobody is told of a reading that does not count"
        lows = {
            (each.source_id, each.measured_at, each.tie)
            for each in counting
            if each.values["blood_glucose"].value < 54
        }
        assert lows <= set(told), "and somebody is told of every low that does"
