"""What time alone does beside judging: repeats that did not come, limits that end, judging that lags.

Every process may do it at any time: each thing is done once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from psycopg import AsyncConnection

from alerting.rules import Priority, RuleSet
from gateway.store import first_schedules, limits, opening, outages, statements, tasks, timing
from gateway.store.opening import NewTask
from gateway.tasks.states import Origin

_SQL = statements.load("sweeping.sql")
LAGS_AFTER = timedelta(minutes=10)
NOT_REPEATED = "The second measurement that was asked for did not come."


async def sweep(conn: AsyncConnection, rule_sets: Mapping[str, RuleSet], now: datetime) -> None:
    """All of it, but what needs no evaluator: see `tell_lag`."""
    await first_schedules.give(conn, rule_sets, now)
    await _end_repeats(conn, now)
    await _end_limits(conn, rule_sets, now)
    await outages.watch(conn, now)


async def tell_lag(conn: AsyncConnection, now: datetime) -> None:
    """A task for each organisation whose readings wait for too long. Not only for evaluators to call."""
    await _tell_since(
        conn,
        "lagging",
        now,
        condition="evaluation-lags",
        title="Readings are not judged",
        reason="What has arrived since {} waits to be judged.",
        steps=(
            "Tell those who run the gateway: the role that evaluates is down or too slow.",
            "Until then look at new readings yourself: the task list does not tell of them.",
        ),
    )


async def tell_unwatched(conn: AsyncConnection, now: datetime) -> None:
    """A task for each organisation whose clocks nobody watches: for another role than the one that does."""
    await _tell_since(
        conn,
        "unwatched",
        now,
        condition="clocks-not-watched",
        title="Clocks of tasks are not watched",
        reason="Since {} nobody is told when a task is late.",
        steps=(
            "Tell those who run the gateway: the role that escalates is down or too slow.",
            "Until then look at what is overdue yourself: nobody is told of it.",
        ),
    )


async def _tell_since(
    conn: AsyncConnection,
    statement: str,
    now: datetime,
    *,
    condition: str,
    title: str,
    reason: str,
    steps: tuple[str, ...],
) -> None:
    """One open task for each organisation that the statement finds, with since when in its reason."""
    waiting = await conn.execute(_SQL[statement], {"waiting_since": now - LAGS_AFTER})
    for organisation_id, since in await waiting.fetchall():
        task = NewTask(
            organisation_id,
            Origin.OPERATIONAL,
            title=title,
            reason=reason.format(f"{since:%Y-%m-%d %H:%M} UTC"),
            priority=Priority.STAT,
            steps=steps,
            condition=condition,
        )
        await opening.open_task(conn, task, now)


async def judge_changed_sets(
    conn: AsyncConnection, rule_sets: Mapping[str, RuleSet], now: datetime
) -> list[str]:
    """Judge again what is open where a rule set is another one than before; the names of those that are."""
    rows = await (await conn.execute(_SQL["rule_sets"])).fetchall()
    known: dict[str, bytes] = dict(rows)
    changed = []
    for name, rule_set in rule_sets.items():
        digest = hashlib.sha256(repr(rule_set).encode()).digest()
        if known.get(name) == digest:
            continue
        row = {"name": name, "version": rule_set.version, "digest": digest, "now": now}
        await conn.execute(_SQL["keep_rule_set"], row)
        if name in known:
            enrolled = [each for (each,) in await (await conn.execute(_SQL["enrolled"], row)).fetchall()]
            why = f"The rules of {rule_set.title} have changed (version {rule_set.version})"
            await timing.judge_again(conn, enrolled, why, now)
            changed.append(name)
    return changed


async def _end_repeats(conn: AsyncConnection, now: datetime) -> None:
    over = await conn.execute(_SQL["not_repeated"], {"now": now, "note": NOT_REPEATED})
    if await over.fetchall():
        await tasks.tell_pages(conn)


async def _end_limits(conn: AsyncConnection, rule_sets: Mapping[str, RuleSet], now: datetime) -> None:
    """The rule's own limit holds again; somebody looks whether that is right."""
    titles = {rule.rule_id: rule.title for rule_set in rule_sets.values() for rule in rule_set.rules}
    for ended in await limits.end_expired(conn, now):
        title = titles.get(ended.rule_id, ended.rule_id)
        if not ended.was_in_force:
            continue
        await timing.judge_again(conn, [ended.patient_id], f"The patient's own limit has ended: {title}", now)
        row = {"patient_id": ended.patient_id}
        [(organisation_id,)] = await (await conn.execute(_SQL["patient_of_limit"], row)).fetchall()
        task = NewTask(
            organisation_id,
            Origin.OPERATIONAL,
            title="A limit of the patient's own has ended",
            reason=f"The rule's own limit holds again: {title}.",
            steps=("Ask the clinician whether the patient needs a limit of their own again.",),
            patient_id=ended.patient_id,
            condition=f"limit-ended:{ended.rule_id}:{ended.vital}",
        )
        await opening.open_task(conn, task, now)
