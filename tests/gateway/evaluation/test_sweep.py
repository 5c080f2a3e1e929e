"""What time alone does beside judging: repeats, limits that end, rules that change or fail, lag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from alerting.kinds.threshold import Threshold
from alerting.rules import RuleSet
from alerting.series import Series
from alerting.verdict import Outcome, Outcomes, Verdict
from edge_agent.wire.messages import Quantity
from edge_agent.wire.vitals import Vital
from gateway.database.pool import Pool
from gateway.evaluation import evaluate as role
from gateway.evaluation.evaluate import evaluate, evaluate_once
from gateway.evaluation.sweep import UNJUDGED, Lag
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.operations import gauges
from gateway.patients import limit_store
from gateway.patients.limit_store import NewLimit
from gateway.patients.limits import settable, with_all_limits
from gateway.patients.programmes import SAFETY_NET
from gateway.resources import Resources
from gateway.rules import load_shipped
from gateway.rules.critical_values import load_critical_values
from gateway.settings import BrokerSettings, Settings
from tests.gateway.evaluation.sweep_once import sweep_once
from tests.gateway.evaluation.test_silence import DAY, HOUR, Home
from tests.gateway.ward import NOON, SCALE, Ward, glucose, message, weight
from tests.servers.patience import patience
from tests.servers.ports import LOOPBACK

RULES = load_shipped()
LOW = next(rule for rule in RULES["diabetes"].rules if rule.rule_id == "glucose-below-54")


@pytest.fixture
async def home(ward: Ward, pool: Pool) -> Home:
    patient_id = await ward.patient("P1", "diabetes", "heart-failure")
    await ward.assign(patient_id)
    await ward.assign(patient_id, SCALE)
    return Home(ward, pool, patient_id)


async def own_limit(home: Home, value: float, *, days: float, until: float) -> None:
    [limit] = settable(LOW, load_critical_values())
    new = NewLimit(value, "lows at night", NOON + until * DAY)
    conn, nurse = home.ward.conn, home.ward.nurse
    await limit_store.set_limit(conn, nurse, home.patient_id, limit, new, now=NOON + days * DAY)
    await conn.commit()


async def test_a_limit_of_ones_own_judges_and_ends(home: Home) -> None:
    await home.at(0, glucose(60.0))
    assert await home.tasks() == []
    await own_limit(home, 65, days=0.1, until=10)
    await home.at(0.1)
    assert [rule for rule, _, _ in await home.tasks()] == ["glucose-below-54"]
    [(title, note)] = await home.rows(
        "SELECT title, note FROM task JOIN task_transition USING (task_id) WHERE note <> ''"
    )
    assert "own limit" in title
    assert note.startswith("The patient's own limit was changed")
    await sweep_once(home.pool, RULES, NOON + 11 * DAY)
    await home.at(11, glucose(60.0, NOON + 11 * DAY))
    found = await home.rows("SELECT condition, status FROM task ORDER BY task_id")
    assert found == [
        ("hypoglycaemia", "ready"),
        ("limit-ended:glucose-below-54:blood_glucose", "ready"),
    ]
    await sweep_once(home.pool, RULES, NOON + 12 * DAY)
    assert len(await home.rows("SELECT FROM task")) == 2


async def test_a_limit_of_who_is_being_judged_holds_up_nobody_and_ends_later(home: Home) -> None:
    """An evaluator may stand still with its patients' locks, as one of a machine that was suspended does."""
    await own_limit(home, 65, days=0, until=10)
    conn, now = home.ward.conn, NOON + 11 * DAY
    async with home.pool.connection() as other:
        await other.execute("SELECT FROM patient_state WHERE patient_id = %s FOR UPDATE", [home.patient_id])
        await conn.execute("SET LOCAL lock_timeout = '100ms'")
        assert await limit_store.end_expired(conn, home.patient_id, now) == []
        await conn.commit()
    [ended] = await limit_store.end_expired(conn, home.patient_id, now)
    assert ended.rule_id == "glucose-below-54"


async def test_a_changed_safety_net_judges_everybody_again(home: Home) -> None:
    """So does that of a version in which there was none yet: who is in heart failure has it from then on."""
    without = {**RULES, SAFETY_NET: replace(RULES[SAFETY_NET], rules=RULES[SAFETY_NET].rules[:1])}
    await sweep_once(home.pool, without, NOON)
    low = weight(80.0).model_copy(update={"values": {Vital.SPO2: Quantity(value=88.0, unit="%")}})
    await store_batch(home.pool, Registry(), [message(low)], NOON)
    while await evaluate_once(home.pool, without, NOON):
        pass
    assert await home.tasks() == []
    await sweep_once(home.pool, RULES, NOON + HOUR)
    while await evaluate_once(home.pool, RULES, NOON + HOUR):
        pass
    assert await home.rows("SELECT rule_id FROM task") == [("spo2-91-or-less",)]


async def test_a_changed_rule_set_judges_what_is_open_again(home: Home) -> None:
    await sweep_once(home.pool, RULES, NOON)
    await home.at(0, weight(80.0))
    await home.at(1, weight(82.2, NOON + DAY))
    assert [status for _, status, _ in await home.tasks()] == ["ready"]
    own = {(rule_id, "body_weight"): 5.0 for rule_id in ("weight-gain-3-days", "weight-gain-8-days")}
    rules = with_all_limits(RULES["heart-failure"].rules, own)
    changed: Mapping[str, RuleSet] = {
        **RULES,
        "heart-failure": replace(RULES["heart-failure"], rules=rules, version="next"),
    }
    now = NOON + DAY + HOUR
    await sweep_once(home.pool, changed, now)
    while await evaluate_once(home.pool, changed, now):
        pass
    [(cleared, status)] = await home.rows(
        "SELECT cleared_at, status FROM episode JOIN task USING (episode_id)"
    )
    assert cleared == NOON + DAY
    assert status == "ready"  # what presses is never closed by itself
    [(note,)] = await home.rows("SELECT note FROM task_transition WHERE note LIKE '%have changed%'")
    assert note.endswith("(version next); by what holds now the condition does not hold.")
    await sweep_once(home.pool, changed, now)
    assert await evaluate_once(home.pool, changed, now) == 0


async def test_a_repeat_that_does_not_come_is_said(home: Home) -> None:
    await home.at(0, glucose(50.0))
    assert await home.rows("SELECT repeat_state FROM task") == [("asked",)]
    await sweep_once(home.pool, RULES, NOON + timedelta(minutes=10))
    assert await home.rows("SELECT repeat_state FROM task") == [("asked",)]
    for hours in (3, 4):
        await sweep_once(home.pool, RULES, NOON + hours * HOUR)
    assert await home.rows("SELECT repeat_state, status FROM task") == [("not-repeated", "ready")]
    assert len(await home.rows("SELECT FROM task_transition")) == 2


async def test_readings_that_wait_for_ten_minutes_make_a_task(home: Home) -> None:
    await home.at(0)
    await store_batch(home.pool, Registry(), [message(glucose(50.0))], NOON)
    await sweep_once(home.pool, RULES, NOON + timedelta(minutes=9))
    assert await home.rows("SELECT FROM task") == []
    for minutes in (11, 12):
        await sweep_once(home.pool, RULES, NOON + timedelta(minutes=minutes))
    assert await home.rows("SELECT origin, priority, patient_id FROM task") == [("operational", "stat", None)]


async def test_what_waits_of_nobody_hides_no_patient_who_waits(home: Home) -> None:
    await home.at(0)
    nobodys = """INSERT INTO due (source_id, since, appended_at)
        SELECT source_id, %(at)s, %(at)s FROM source CROSS JOIN generate_series(1, 2000)
        WHERE source_id NOT IN (SELECT source_id FROM assignment)"""
    meter = glucose(100.0).device.model_copy(update={"identifier": "nobody's"})
    await store_batch(home.pool, Registry(), [message(glucose(100.0, device=meter))], NOON)
    await home.ward.conn.execute(nobodys, {"at": NOON})
    await home.ward.conn.commit()
    await store_batch(home.pool, Registry(), [message(glucose(50.0))], NOON + timedelta(minutes=1))
    await sweep_once(home.pool, RULES, NOON + timedelta(minutes=12))
    assert await home.rows("SELECT reason FROM task") == [
        ("What has arrived since 2026-03-01 12:01 UTC waits to be judged.",)
    ]


@dataclass(frozen=True)
class Failing(Threshold):
    """A rule with a mistake: it cannot judge a value of 77."""

    def outcomes(self, series: Series) -> Outcomes:
        if (series.vital("blood_glucose") == 77).any():
            raise IndexError("index 77 is out of bounds")
        return super().outcomes(series)


async def test_a_rule_that_fails_harms_no_other_and_is_tried_again(
    home: Home, ward: Ward, pool: Pool
) -> None:
    other = await ward.patient("P2", "diabetes")
    meter = glucose(50.0).device.model_copy(update={"identifier": "meter-2"})
    await ward.assign(other, meter)
    assert isinstance(LOW.kind, Threshold)
    failing = replace(LOW, kind=Failing(LOW.kind.limits))
    rules = tuple(failing if rule is LOW else rule for rule in RULES["diabetes"].rules)
    broken = {"diabetes": replace(RULES["diabetes"], rules=rules)}
    readings = [
        glucose(77.0, NOON),
        glucose(450.0, NOON + HOUR),
        glucose(45.0, NOON + 2 * HOUR),
        glucose(44.0, NOON + 2 * HOUR, device=meter),
    ]
    now = NOON + 2 * HOUR
    await store_batch(pool, Registry(), [message(*readings, now=now)], now)
    while await evaluate_once(pool, broken, now):
        pass
    told = await home.rows("SELECT patient_id, rule_id FROM task WHERE origin = 'rule' ORDER BY task_id")
    assert told == [(home.patient_id, "glucose-above-400"), (other, "glucose-below-54")]
    assert await home.rows("SELECT patient_id, rule_id, error, times FROM unjudged") == [
        (home.patient_id, "glucose-below-54", "IndexError", 1)
    ]
    assert (await gauges.read(ward.conn, now)).patients_unjudged == 1
    assert await home.rows("SELECT title FROM task WHERE origin = 'operational'") == [
        ("A rule fails, and does not judge",)
    ]
    # What came before still waits, although the rule does well on what comes next.
    soon = now + timedelta(minutes=1)
    await store_batch(pool, Registry(), [message(glucose(100.0, soon), now=soon)], soon)
    while await evaluate_once(pool, RULES, soon):
        pass
    assert await home.rows("SELECT times FROM unjudged") == [(1,)]
    while await evaluate_once(pool, broken, now + timedelta(minutes=6)):
        pass
    assert await home.rows("SELECT times FROM unjudged") == [(2,)]
    while await evaluate_once(pool, RULES, now + timedelta(minutes=12)):
        pass
    assert await home.rows("SELECT FROM unjudged") == []
    found = await home.rows("SELECT rule_id FROM task WHERE patient_id = 1 AND origin = 'rule'")
    assert ("glucose-below-54",) in found


@dataclass(frozen=True)
class Speechless(Threshold):
    """A rule with another mistake: it judges, and cannot say why."""

    def explain(self, series: Series, index: int, outcome: Outcome) -> Verdict:
        raise ZeroDivisionError(f"{outcome:d} at {index} of {series.times.size}")


async def test_a_rule_that_cannot_say_why_is_told_all_the_same_and_listed(home: Home, pool: Pool) -> None:
    assert isinstance(LOW.kind, Threshold)
    speechless = replace(LOW, kind=Speechless(LOW.kind.limits))
    rules = tuple(speechless if rule is LOW else rule for rule in RULES["diabetes"].rules)
    broken = {"diabetes": replace(RULES["diabetes"], rules=rules)}
    soon = NOON + HOUR
    lows = message(glucose(50.0, NOON), glucose(49.0, soon), now=soon)
    await store_batch(pool, Registry(), [lows], soon)
    while await evaluate_once(pool, broken, soon):
        pass
    assert await home.rows("SELECT title, reason FROM task ORDER BY task_id") == [
        (LOW.title, f"{LOW.title} (the rule failed to say why)"),
        (
            "A rule fails, and does not judge",
            f"{LOW.title} (glucose-below-54) fails on the readings of some patients.",
        ),
    ]
    assert await home.rows("SELECT rule_id, error, times FROM unjudged") == [
        ("glucose-below-54", "ZeroDivisionError", 1)
    ]
    while await evaluate_once(pool, broken, soon + timedelta(minutes=6)):
        pass
    assert await home.rows("SELECT FROM unjudged") == []  # what was told is told: there is nothing to explain


async def test_time_does_its_work_after_the_clock_was_set_back(
    home: Home, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(role, "SWEEP_EVERY_S", 0.1)
    broker = BrokerSettings(LOOPBACK, 1, "gateway", tmp_path / "password")
    resources = Resources(Settings(database_url, broker, None, LOOPBACK, 1), home.pool, RULES)
    times, swept = [NOON + 2 * HOUR], list[datetime]()

    async def sweep(_pool: Pool, _role: str, _lag: Lag, now: datetime) -> None:
        if _lag is not UNJUDGED:
            return
        swept.append(now)
        times.append(NOON)
        if now == NOON:
            resources.stop.set()

    monkeypatch.setattr(role, "raise_lag_task", sweep)
    async with patience("it stops"):
        await evaluate(resources, lambda: times[-1])
    assert swept == [NOON + 2 * HOUR, NOON]
