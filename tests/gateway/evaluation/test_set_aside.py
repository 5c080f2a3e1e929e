"""One patient who cannot be judged, among others who can, against the real database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from edge_agent.wire.messages import Reading
from gateway import faults
from gateway.database.pool import Pool
from gateway.evaluation.evaluate import evaluate_once
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.operations.gauges import read
from gateway.rules import load_shipped
from tests.gateway.evaluation.sweep_once import sweep_once
from tests.gateway.unreadable_rows import YEAR_10000, make_unreadable
from tests.gateway.ward import METER, NOON, Ward, glucose, message

RULES = load_shipped()
MINUTE = timedelta(minutes=1)
NOWHERE = "UPDATE patient SET time_zone = 'Of/Nobody' WHERE patient_id = %s"
METERS = [METER.model_copy(update={"identifier": f"meter-{number}"}) for number in range(3)]


@pytest.fixture
async def patients(ward: Ward) -> list[int]:
    """Three, each with a meter."""
    found = []
    for meter in METERS:
        found.append(await ward.patient(meter.identifier))
        await ward.assign(found[-1], meter)
    return found


async def arrive(pool: Pool, minutes: int, *readings: Reading) -> None:
    now = NOON + minutes * MINUTE
    if readings:
        await store_batch(pool, Registry(), [message(*readings, now=now)], now)
    while await evaluate_once(pool, RULES, now):
        pass


def low(minutes: int) -> list[Reading]:
    """One of each meter."""
    return [glucose(45.0, NOON + minutes * MINUTE, device=meter) for meter in METERS]


async def rows(ward: Ward, query: str) -> list[tuple[Any, ...]]:
    found = await (await ward.conn.execute(query.encode())).fetchall()
    await ward.conn.commit()
    return found


async def with_tasks(ward: Ward) -> set[int]:
    return {each for (each,) in await rows(ward, "SELECT patient_id FROM task WHERE patient_id IS NOT NULL")}


async def test_a_patient_who_cannot_be_judged_keeps_nobody_else_waiting(
    ward: Ward, pool: Pool, patients: list[int]
) -> None:
    first, bad, last = patients
    await make_unreadable(
        ward.conn, "patient", "UPDATE patient SET time_zone = 'Of/Nobody' WHERE patient_id = %s", bad
    )
    await arrive(pool, 0, *low(0))
    assert await with_tasks(ward) == {first, last}
    [aside] = await faults.list_set_aside(ward.conn, ward.nurse.organisation_id, limit=10)
    assert (aside.role, aside.kind, aside.item, aside.patient_id) == ("evaluate", "patient", str(bad), bad)
    assert aside.reason == "InvalidParameterValue (22023)"
    assert (aside.attempts, aside.next_at) == (1, NOON + MINUTE)
    await sweep_once(pool, RULES, NOON + 9 * MINUTE)
    assert await ward.count("task") == 2
    await sweep_once(pool, RULES, NOON + 10 * MINUTE)
    await sweep_once(pool, RULES, NOON + 20 * MINUTE)
    assert await rows(ward, "SELECT condition FROM task WHERE patient_id IS NULL") == [("set-aside",)]


async def test_it_is_tried_later_and_later_and_heals_once_it_is_mended(
    ward: Ward, pool: Pool, patients: list[int]
) -> None:
    _, bad, _ = patients
    await make_unreadable(
        ward.conn, "patient", "UPDATE patient SET time_zone = 'Of/Nobody' WHERE patient_id = %s", bad
    )
    await arrive(pool, 0, *low(0))
    tries = []
    for minutes in range(1, 60):
        await arrive(pool, minutes)
        [aside] = await faults.list_set_aside(ward.conn, ward.nurse.organisation_id, limit=10)
        tries.append(aside.attempts)
        await ward.conn.commit()
    assert [tries.index(number) + 1 for number in range(2, 7)] == [1, 3, 7, 15, 30]
    await ward.conn.execute("UPDATE patient SET time_zone = 'Europe/Berlin'")
    await ward.conn.commit()
    await arrive(pool, 61)
    assert await with_tasks(ward) == set(patients)
    assert await ward.count("set_aside") == 0


async def test_what_comes_meanwhile_waits_for_who_is_set_aside_alone(
    ward: Ward, pool: Pool, patients: list[int]
) -> None:
    _, bad, _ = patients
    await make_unreadable(
        ward.conn, "patient", "UPDATE patient SET time_zone = 'Of/Nobody' WHERE patient_id = %s", bad
    )
    await arrive(pool, 0, glucose(90.0, device=METERS[1]))
    await arrive(pool, 0, *low(0)[::2], glucose(45.0, NOON - MINUTE, device=METERS[1]))
    assert await ward.count("due") == 0
    assert await rows(ward, "SELECT attempts FROM set_aside") == [(1,)]  # not tried for what came
    await ward.conn.execute("UPDATE patient SET time_zone = 'Europe/Berlin'")
    await ward.conn.commit()
    await arrive(pool, 1)
    assert await with_tasks(ward) == set(patients)
    assert (await read(ward.conn, NOON)).due == 0


async def test_due_rows_that_cannot_be_read_hold_up_nobody(
    ward: Ward, pool: Pool, patients: list[int]
) -> None:
    await store_batch(pool, Registry(), [message(*low(0), now=NOON)], NOON)
    change = """INSERT INTO due (source_id, since)
        SELECT source_id, %s FROM assignment WHERE patient_id = %s"""
    await make_unreadable(ward.conn, "due", change, YEAR_10000, patients[1])
    await arrive(pool, 0)
    assert await with_tasks(ward) == set(patients)
    assert (await ward.count("due"), await ward.count("set_aside")) == (0, 0)
