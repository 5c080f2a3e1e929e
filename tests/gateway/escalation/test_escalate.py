"""Clocks that run out, at night, over a weekend and after a downtime, against the real database."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerting.rules import Priority
from gateway.database.leases import LeaseLost
from gateway.evaluation import escalate as role
from gateway.evaluation.escalate import LEASE, LEASE_LASTS, escalate, escalate_once, hold
from gateway.evaluation.lag import raise_lag_task
from gateway.evaluation.sweep import UNWATCHED
from gateway.operations.gauges import read
from gateway.resources import Resources
from gateway.settings import BrokerSettings, Settings
from gateway.tasks import actions, advance, clocks, contact_store, tasks
from gateway.tasks.contacts import ContactChannel, Whom
from gateway.tasks.states import Action, Status
from tests.gateway.escalation.escalation_clinic import EscalationClinic
from tests.servers.patience import eventually, patience
from tests.servers.ports import LOOPBACK

SATURDAY_NIGHT = datetime(2026, 3, 7, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
TOLD = "SELECT clock, clock_run, step, level, at FROM escalation ORDER BY at, clock_run, clock, step"


async def test_an_urgent_task_that_nobody_takes_climbs_at_night_once_each(waiting: EscalationClinic) -> None:
    task_id = await waiting.raise_task(Priority.URGENT, SATURDAY_NIGHT)
    for minutes in (0, 14, 15, 16, 29, 30, 44, 45, 46, 104, 105):
        await waiting.pass_until(SATURDAY_NIGHT + minutes * MINUTE)
    assert await waiting.rows(TOLD) == [
        ("acknowledge", 1, step, level, SATURDAY_NIGHT + minutes * MINUTE)
        for step, (level, minutes) in enumerate([("role", 15), ("backup", 30), ("lead", 45), ("lead", 105)])
    ]
    ann, ben, adam = (waiting.clinic.staff[name].staff_id for name in ("ann", "ben", "adam"))
    assert await waiting.rows("SELECT step, told FROM escalation ORDER BY step") == [
        (0, [ann, ben]),
        (1, [adam]),  # no clinician, nobody named: whoever else is of the team
        (2, [adam]),
        (3, [adam]),
    ]
    history = await tasks.transitions(waiting.clinic.conn, task_id)
    assert [(each.action, each.note) for each in history] == [
        ("open", ""),
        ("escalate", "Nobody has taken it in time: 2 messages to the team's nurses are on their way."),
        ("escalate", "Nobody has taken it in time: a message to the backup is on its way."),
        ("escalate", "Nobody has taken it in time: a message to the lead is on its way."),
    ]
    keys = await waiting.rows("SELECT DISTINCT key FROM notification ORDER BY 1")
    assert keys == [
        *((f"task:{task_id}:escalation:1:acknowledge:{step}",) for step in range(4)),
        (f"task:{task_id}:raised:1",),
    ]
    told = await advance.escalations(waiting.clinic.conn, task_id)
    assert told[0].told == ["Ann Lee", "Ben Lee"]
    assert (await waiting.task(task_id)).version == 1  # who looks at it has seen what it is


async def test_after_a_downtime_every_level_is_told_once_and_then_it_goes_on(
    waiting: EscalationClinic,
) -> None:
    await waiting.raise_task(Priority.URGENT, SATURDAY_NIGHT)
    await waiting.pass_until(SATURDAY_NIGHT + 20 * MINUTE)
    morning = SATURDAY_NIGHT + 9 * HOUR
    for at in (morning, morning, morning + 59 * MINUTE, morning + 60 * MINUTE):
        await waiting.pass_until(at)
    assert [row[3:] for row in await waiting.rows(TOLD)] == [
        ("role", SATURDAY_NIGHT + 20 * MINUTE),
        ("backup", morning),
        ("lead", morning),
        ("lead", morning + 60 * MINUTE),
    ]


async def test_a_routine_task_waits_over_the_weekend_for_the_teams_hours(waiting: EscalationClinic) -> None:
    await waiting.clinic.conn.execute("DELETE FROM team_hours WHERE weekday > 5")
    await waiting.clinic.conn.execute("UPDATE team_hours SET opens = 480, closes = 1020")
    task_id = await waiting.raise_task(Priority.ROUTINE, SATURDAY_NIGHT)
    assert (await waiting.task(task_id)).due_at == datetime(2026, 3, 9, 15, 0, tzinfo=UTC)
    for hours in range(0, 72, 6):
        await waiting.pass_until(SATURDAY_NIGHT + hours * HOUR)
    assert [row[3:] for row in await waiting.rows(TOLD)] == [("role", SATURDAY_NIGHT + 66 * HOUR)]


async def test_a_claim_that_nothing_follows_lapses_and_climbs_anew(waiting: EscalationClinic) -> None:
    task_id = await waiting.raise_task(Priority.URGENT, SATURDAY_NIGHT)
    await waiting.pass_until(SATURDAY_NIGHT + 15 * MINUTE)
    claimed_at = SATURDAY_NIGHT + 16 * MINUTE
    act = await waiting.act("ann", task_id, claimed_at)
    await actions.do(waiting.clinic.conn, act, Action.CLAIM)
    await waiting.clinic.conn.commit()
    await waiting.pass_until(claimed_at + 14 * MINUTE)
    assert len(await waiting.rows(TOLD)) == 1
    lapsed_at = claimed_at + 15 * MINUTE
    await waiting.pass_until(lapsed_at)
    task = await waiting.task(task_id)
    assert (task.status, task.owner_id, task.version) == (Status.READY, None, 3)
    assert [row[:4] for row in await waiting.rows(TOLD)] == [
        ("acknowledge", 1, 0, "role"),
        ("acknowledge", 2, 0, "role"),
    ]
    last = await waiting.rows(
        "SELECT from_status, to_status, action, staff_id FROM task_transition WHERE action = 'lapse'"
    )
    assert last == [("accepted", "ready", "lapse", None)]


async def test_work_keeps_a_claim_and_the_clock_to_resolve_climbs_to_whoever_has_it(
    waiting: EscalationClinic,
) -> None:
    task_id = await waiting.raise_task(Priority.URGENT, SATURDAY_NIGHT)
    await actions.do(
        waiting.clinic.conn, await waiting.act("ann", task_id, SATURDAY_NIGHT + MINUTE), Action.CLAIM
    )
    act = await waiting.act("ann", task_id, SATURDAY_NIGHT + 2 * MINUTE)
    await contact_store.add(
        waiting.clinic.conn, act, whom=Whom.PATIENT, channel=ContactChannel.PHONE, reached=False
    )
    await waiting.clinic.conn.commit()
    for minutes in range(0, 136, 15):
        await waiting.pass_until(SATURDAY_NIGHT + minutes * MINUTE)
    assert (await waiting.task(task_id)).status is Status.IN_PROGRESS
    assert [(row[0], row[3]) for row in await waiting.rows(TOLD)] == [
        ("resolve", "owner"),
        ("resolve", "role"),
    ]
    ann = waiting.clinic.staff["ann"].staff_id
    assert await waiting.rows("SELECT told FROM escalation WHERE step = 0") == [([ann],)]


async def test_whoever_has_a_task_that_became_more_pressing_is_asked_again(waiting: EscalationClinic) -> None:
    conn = waiting.clinic.conn
    task_id = await waiting.raise_task(Priority.ROUTINE, SATURDAY_NIGHT)
    await actions.do(conn, await waiting.act("ann", task_id, SATURDAY_NIGHT), Action.CLAIM)
    await actions.note(conn, await waiting.act("ann", task_id, SATURDAY_NIGHT, "On Monday."))
    await conn.execute("UPDATE task SET priority = 'urgent' WHERE task_id = %s", [task_id])
    await clocks.start(conn, [task_id], SATURDAY_NIGHT + HOUR)
    await conn.commit()
    ann = waiting.clinic.staff["ann"].staff_id
    assert await waiting.rows("SELECT kind, staff_id FROM notification WHERE channel = 'email'") == [
        ("task-raised", ann)
    ]
    await waiting.pass_until(SATURDAY_NIGHT + HOUR + 15 * MINUTE)
    assert (await waiting.task(task_id)).status is Status.READY
    assert [row[:4] for row in await waiting.rows(TOLD)] == [("acknowledge", 3, 0, "role")]


async def test_a_snooze_ends_by_time_and_by_a_reading(waiting: EscalationClinic) -> None:
    conn = waiting.clinic.conn
    for way in ("time", "reading"):
        task_id = await waiting.raise_task(Priority.URGENT, SATURDAY_NIGHT + len(way) * MINUTE)
        await actions.do(conn, await waiting.act("ann", task_id, SATURDAY_NIGHT), Action.CLAIM)
        until = SATURDAY_NIGHT + 30 * MINUTE
        await actions.snooze(conn, await waiting.act("ann", task_id, SATURDAY_NIGHT), until)
        await conn.commit()
        await waiting.pass_until(until - MINUTE)
        assert (await waiting.task(task_id)).status is Status.ON_HOLD
        if way == "time":
            await waiting.pass_until(until)
        else:
            assert await advance.wake(conn, task_id, until - MINUTE, "A new reading came.")
            assert not await advance.wake(conn, task_id, until - MINUTE, "A new reading came.")
        woken = await waiting.task(task_id)
        assert (woken.status, woken.owner_name, woken.snoozed_until) == (Status.ACCEPTED, "Ann Lee", None)
        kinds = await waiting.rows("SELECT kind FROM notification WHERE task_id = %s", task_id)
        assert ("task-woken",) in kinds
        await waiting.pass_until(until + 16 * MINUTE)  # nobody looked: it is nobody's
        assert (await waiting.task(task_id)).status is Status.READY


async def test_a_routine_task_that_is_put_aside_is_not_late_before_that_ends(
    waiting: EscalationClinic,
) -> None:
    task_id = await waiting.raise_task(Priority.ROUTINE, SATURDAY_NIGHT)
    await actions.do(waiting.clinic.conn, await waiting.act("ann", task_id, SATURDAY_NIGHT), Action.CLAIM)
    until = SATURDAY_NIGHT + timedelta(days=10)
    await actions.snooze(waiting.clinic.conn, await waiting.act("ann", task_id, SATURDAY_NIGHT), until)
    await waiting.clinic.conn.commit()
    await waiting.pass_until(until - MINUTE)
    assert await waiting.rows(TOLD) == []
    assert (await waiting.task(task_id)).resolve_by == until


async def test_a_task_from_before_there_were_clocks_gets_them(waiting: EscalationClinic) -> None:
    task_id = await waiting.clinic.add_task(await waiting.clinic.add_patient())
    await waiting.pass_until(SATURDAY_NIGHT)
    assert (await waiting.task(task_id)).due_at == SATURDAY_NIGHT + 15 * MINUTE


async def test_a_task_of_operation_is_told_to_those_who_run_it(waiting: EscalationClinic) -> None:
    task_id = await waiting.raise_task(Priority.URGENT, SATURDAY_NIGHT, operational=True)
    await waiting.pass_until(SATURDAY_NIGHT + 15 * MINUTE)
    adam = waiting.clinic.staff["adam"].staff_id
    assert await waiting.rows("SELECT level, told FROM escalation") == [("role", [adam])]
    assert (await waiting.task(task_id)).patient is None


async def test_clocks_that_nobody_watches_are_told_by_who_evaluates(waiting: EscalationClinic) -> None:
    await waiting.raise_task(Priority.STAT, SATURDAY_NIGHT)
    for minutes in (5, 9, 10, 11):
        await raise_lag_task(waiting.pool, "evaluate", UNWATCHED, SATURDAY_NIGHT + minutes * MINUTE)
        found = await waiting.rows("SELECT title FROM task WHERE origin = 'operational'")
        assert found == [("Clocks of tasks are not watched",)] * (minutes >= 10)
    gauges = await read(waiting.clinic.conn, SATURDAY_NIGHT + 11 * MINUTE)
    assert (gauges.clocks_lag_s, gauges.tasks_overdue) == (660, 1)


async def test_only_one_process_plays_the_role_and_one_that_was_stopped_is_refused(
    waiting: EscalationClinic,
) -> None:
    await waiting.raise_task(Priority.URGENT, SATURDAY_NIGHT)
    first = await hold(waiting.pool, None, SATURDAY_NIGHT)
    assert first is not None
    assert await hold(waiting.pool, None, SATURDAY_NIGHT) is None
    assert await hold(waiting.pool, first, SATURDAY_NIGHT + LEASE_LASTS / 2) == first
    later = SATURDAY_NIGHT + 2 * LEASE_LASTS
    second = await hold(waiting.pool, None, later)
    assert second == first + 1
    with pytest.raises(LeaseLost):
        await escalate_once(waiting.pool, first, later)
    assert await hold(waiting.pool, first, later) is None
    assert await escalate_once(waiting.pool, second, later) == 1


@pytest.fixture
def resources(waiting: EscalationClinic, database_url: str, tmp_path: Path) -> Resources:
    broker = BrokerSettings(LOOPBACK, 1, "gateway", tmp_path / "password")
    return Resources(Settings(database_url, broker, None, LOOPBACK, 1), waiting.pool, {})


async def test_the_role_runs_until_it_is_stopped_and_lets_the_next_process_begin(
    waiting: EscalationClinic, resources: Resources
) -> None:
    await waiting.raise_task(Priority.STAT, SATURDAY_NIGHT)
    now = SATURDAY_NIGHT + 6 * MINUTE
    playing = asyncio.create_task(escalate(resources, lambda: now))
    await eventually(lambda: waiting.rows(TOLD))
    resources.stop.set()
    async with patience("the role ends"):
        await playing
    assert await waiting.rows("SELECT name, expires_at FROM lease") == [(LEASE, now)]


async def test_after_its_clock_was_set_back_the_role_holds_its_lease_for_no_longer_than_ever(
    waiting: EscalationClinic, resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(role, "RENEW_EVERY_S", 0.1)
    times = [SATURDAY_NIGHT + 2 * HOUR]
    playing = asyncio.create_task(escalate(resources, lambda: times[-1]))

    async def expires() -> list[datetime]:
        rows = await waiting.rows("SELECT expires_at FROM lease")
        return [at for (at,) in rows if at == times[-1] + LEASE_LASTS]

    await eventually(expires)
    times.append(SATURDAY_NIGHT)
    await eventually(expires)
    resources.stop.set()
    async with patience("the role ends"):
        await playing
