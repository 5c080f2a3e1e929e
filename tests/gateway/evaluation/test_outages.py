"""Silences that begin while a hub, or most of them, cannot be heard: one task, which dissolves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from edge_agent.wire.messages import Device
from gateway.database.pool import Pool
from gateway.evaluation import outage_store
from gateway.evaluation.evaluate import evaluate_once
from gateway.evaluation.outages import Away, HubHeard, away, is_same
from gateway.hubs import hubs
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.rules import load_shipped
from tests.gateway.evaluation.test_silence import DAY, HOUR, Home
from tests.gateway.ward import HUB, NOON, SCALE, Ward, message, weight

RULES = load_shipped()
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def home(ward: Ward, pool: Pool) -> Home:
    patient_id = await ward.patient("P1", "heart-failure")
    await ward.assign(patient_id, SCALE)
    found = Home(ward, pool, patient_id)
    await found.expect(24)
    await found.weigh(0)
    return found


async def hear(home: Home, days: float, hub: str = HUB) -> None:
    """The hub says that it is well, and time goes on to then."""
    now = NOON + days * DAY
    query = b"UPDATE hub SET online = true, status_at = %s WHERE name = %s"
    await home.ward.conn.execute(query, (now, hub))
    await home.ward.conn.commit()
    await pass_to(home, days)


async def pass_to(home: Home, days: float) -> None:
    async with home.pool.connection() as conn:
        await outage_store.update_outages(conn, NOON + days * DAY)
    await home.at(days)


async def conditions(home: Home) -> list[tuple[str, str, str]]:
    found = await home.rows("SELECT origin, condition, status FROM task ORDER BY task_id")
    return [(origin, condition.split(":")[0], status) for origin, condition, status in found]


async def test_a_silence_that_begins_in_an_outage_is_told_by_its_task(home: Home) -> None:
    await hear(home, 1)
    for days in (1.5, 2.1, 2.2):
        await pass_to(home, days)
    assert await conditions(home) == [("operational", "outage", "ready")]
    [(reason, steps)] = await home.rows("SELECT reason, cardinality(steps) FROM task")
    assert reason.startswith("Nothing has come since 2026-03-02 12:00 UTC")
    assert steps == 3
    assert await home.rows("SELECT silent_from FROM outage_silence") == [(NOON + 2 * DAY,)]
    await hear(home, 2.5)
    await hear(home, 2.55)
    assert len(await conditions(home)) == 1
    await hear(home, 2.6)  # more than two hours after
    assert await conditions(home) == [
        ("operational", "outage", "ready"),
        ("rule", "no-body-weight", "ready"),
    ]


async def test_who_is_back_within_two_hours_is_not_missed(home: Home) -> None:
    await hear(home, 1)
    await pass_to(home, 2.1)
    await hear(home, 2.5)
    await home.weigh(2.0, arrives=2.52)
    await hear(home, 2.7)
    assert await conditions(home) == [("operational", "outage", "ready")]


async def test_a_silence_from_before_is_a_task_of_its_own(home: Home) -> None:
    await hear(home, 2.05)
    await pass_to(home, 2.3)
    assert await conditions(home) == [("rule", "no-body-weight", "ready")]


async def test_an_outage_absorbs_no_value(home: Home, pool: Pool) -> None:
    await hear(home, 1)
    await pass_to(home, 2.1)
    now = NOON + 2.6 * DAY
    await store_batch(pool, Registry(), [message(weight(83.0, NOON + 2.05 * DAY), now=now)], now)
    while await evaluate_once(pool, RULES, now):
        pass
    assert ("rule", "weight-gain", "ready") in await conditions(home)


async def test_an_outage_whose_task_is_closed_speaks_for_nobody(home: Home) -> None:
    await hear(home, 1)
    await pass_to(home, 2.1)
    await home.complete(2.15)
    await pass_to(home, 2.3)
    assert await conditions(home) == [
        ("operational", "outage", "completed"),
        ("rule", "no-body-weight", "ready"),
    ]


async def test_a_fault_in_common_is_one_task(home: Home, ward: Ward, pool: Pool) -> None:
    for number in (2, 3):
        await hubs.add(ward.conn, ward.nurse.organisation_id, f"home-{number}", "no password")
        device = Device(identifier=f"scale-{number}")
        patient_id = await ward.patient(f"P{number}", "heart-failure")
        await ward.assign(patient_id, device)
        other = Home(ward, pool, patient_id)
        await other.expect(24)
        reading = weight(70.0).model_copy(update={"device": device})
        await store_batch(pool, Registry(), [message(reading, hub=f"home-{number}", now=NOON)], NOON)
        await hear(other, 1 + number / 10_000, f"home-{number}")
    await hear(home, 1)
    await pass_to(home, 1.1)
    await pass_to(home, 2.2)
    assert await conditions(home) == [("operational", "outage", "ready")]
    assert await home.rows("SELECT title FROM task") == [("Most hubs are not heard from",)]
    assert len(await home.rows("SELECT FROM outage_silence")) == 3


def heard(*minutes_ago: float) -> list[HubHeard]:
    return [HubHeard(number, 1, NOON - each * MINUTE) for number, each in enumerate(minutes_ago, start=1)]


def common(hubs_heard: list[HubHeard]) -> list[datetime]:
    found = away(hubs_heard, NOON - 5 * MINUTE)
    return [each.began_at for each in found if each.hub_id is None]


def test_a_common_fault_is_of_those_that_were_there() -> None:
    assert common(heard(20, 21, 22, 1)) == [NOON - 22 * MINUTE]
    assert common(heard(20, 21, 1)) == []  # two are not many
    assert common(heard(20, 21, 22, 1, 1, 1, 1)) == []  # nor are they most
    assert common(heard(20, 21, 22, 1, 9000, 9000, 9000)) == [NOON - 22 * MINUTE]  # long gone: not there
    assert common(heard(20, 60, 100, 140)) == []  # one after the other


def test_a_hub_that_was_heard_in_between_went_again() -> None:
    assert is_same(Away(1, 2, NOON), Away(1, 2, NOON))
    assert not is_same(Away(1, 2, NOON), Away(1, 2, NOON + HOUR))
    assert is_same(Away(1, None, NOON), Away(1, None, NOON + 10 * MINUTE))
    assert not is_same(Away(1, None, NOON), Away(1, 2, NOON))
