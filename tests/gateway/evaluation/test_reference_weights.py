"""A reference weight that is proposed from two calm weeks, and set by a person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.database.pool import Pool
from gateway.evaluation import reference_weights
from gateway.patients import targets
from gateway.patients.targets import NewNumber
from gateway.staff.permissions import Role
from tests.gateway.evaluation.test_silence import DAY, RULES, Home
from tests.gateway.ward import NOON, SCALE, Ward, weight

CALM = (80.4, 80.0, 80.8, 80.2, 80.6, 80.4, 80.0, 80.8, 80.2, 80.6, 80.4, 80.2, 80.6, 80.4)
QUERY = "SELECT title, reason FROM task WHERE condition = 'no-number:dry_weight'"


@pytest.fixture
async def home(ward: Ward, pool: Pool) -> Home:
    patient_id = await ward.patient("P1", "heart-failure")
    await ward.assign(patient_id, SCALE)
    return Home(ward, pool, patient_id)


async def propose(home: Home, days: float) -> list[tuple[str, str]]:
    """What is asked about a reference weight after so many days."""
    await reference_weights.propose(home.ward.conn, NOON + days * DAY, rule_sets=RULES)
    await home.ward.conn.commit()
    return await home.rows(QUERY)


async def weigh(home: Home, *kilograms: float) -> None:
    readings = [weight(each, NOON + day * DAY) for day, each in enumerate(kilograms)]
    await home.at(len(kilograms) - 1, *readings)


async def test_two_calm_weeks_are_proposed_once(home: Home) -> None:
    await weigh(home, *CALM)
    [(title, reason)] = await propose(home, len(CALM) - 1)
    assert title == "Confirm a dry or reference weight"
    assert "80.4 kg, the median of 14 calm days from 1 Mar to 14 Mar 2026" in reason
    await home.ward.conn.execute(b"UPDATE task SET status = 'cancelled'")
    await home.ward.conn.commit()
    assert len(await propose(home, len(CALM))) == 1


async def test_neither_a_few_days_nor_restless_ones_are_a_reference(home: Home) -> None:
    await weigh(home, *CALM[:10])
    assert await propose(home, 9) == []
    rising = [80 + 0.4 * day for day in range(4)]
    for day, kilograms in enumerate(rising, start=10):
        await home.at(day, weight(kilograms + 3, NOON + day * DAY))
    assert await propose(home, 13) == []


async def test_whoever_has_the_number_or_had_it_taken_back_is_not_asked_about(home: Home, ward: Ward) -> None:
    await weigh(home, *CALM)
    clinician = replace(ward.nurse, role=Role.CLINICIAN)
    for value in (80.0, None):
        new = NewNumber("dry_weight", value, "as on discharge")
        await targets.enter(ward.conn, clinician, home.patient_id, new, now=NOON)
        await ward.conn.commit()
        assert await propose(home, len(CALM) - 1) == []
