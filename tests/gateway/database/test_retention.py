"""Devices' own bytes go after their time; the readings stay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.database.pool import Pool
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.operations import retention
from tests.gateway.ward import NOON, Ward, glucose, message

DAY = timedelta(days=1)


async def test_old_bytes_go_and_readings_stay(ward: Ward, pool: Pool) -> None:
    readings = [glucose(100.0, NOON - n * DAY) for n in (0, 30, 90, 400)]
    await store_batch(pool, Registry(), [message(*readings)], NOON)
    assert await retention.remove_raw(pool, NOON - 60 * DAY) > 0
    assert await ward.count("raw_reading") == 2
    assert await ward.count("reading") == 4
    assert await retention.remove_raw(pool, NOON - 60 * DAY) == 0


async def test_more_than_one_transaction_deletes(
    ward: Ward, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "MOST", 2)
    readings = [glucose(100.0, NOON - n * DAY) for n in (200, 300, 400, 500, 600)]
    await store_batch(pool, Registry(), [message(*readings)], NOON)
    assert await retention.remove_raw(pool, NOON - 60 * DAY) == 5
    assert await ward.count("raw_reading") == 0
