"""What time alone does beside judging: repeats that did not come, limits that end, judging that lags.

Every process may do it at any time: each thing is done once, for each patient or organisation by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg import AsyncConnection

from alerting.rules import Priority, RuleSet
from gateway.database import statements
from gateway.notifications import open_pages
from gateway.patients import due, limit_store
from gateway.patients.programmes import SAFETY_NET
from gateway.rules.critical_values import load_critical_values
from gateway.tasks import create
from gateway.tasks.create import NewTask
from gateway.tasks.states import Origin

_SQL = statements.load(__name__)
LAGS_AFTER = timedelta(minutes=10)
NOT_REPEATED = "The second measurement that was asked for did not come."


@dataclass(frozen=True)
class Lag:
    """What waits for too long, and the task that tells of it; `reason` has a place for since when."""

    statement: str
    condition: str
    title: str
    reason: str
    steps: tuple[str, ...]
    priority: Priority = Priority.STAT


UNJUDGED = Lag(
    "lagging",
    condition="evaluation-lags",
    title="Readings are not judged",
    reason="What has arrived since {} waits to be judged.",
    steps=(
        "Tell those who run the gateway: the role that evaluates is down or too slow.",
        "Until then look at new readings yourself: the task list does not tell of them.",
    ),
)
"""Not only for evaluators to look for."""
UNWATCHED = Lag(
    "unwatched",
    condition="clocks-not-watched",
    title="Clocks of tasks are not watched",
    reason="Since {} nobody is told when a task is late.",
    steps=(
        "Tell those who run the gateway: the role that escalates is down or too slow.",
        "Until then look at what is overdue yourself: nobody is told of it.",
    ),
)
"""For another role to look for than the one that watches them."""
STALLED = Lag(
    "stalled",
    condition="receipts-stall",
    title="Readings do not arrive from hubs that are online",
    reason="Since {} none of the readings that wait at a hub has arrived, although the hub is connected.",
    steps=(
        "Tell those who run the gateway: somebody else may take what the hubs send, or nobody takes it in.",
        "Look at Needs attention: it names the hubs. Their patients' readings wait at home and are not lost.",
        "Until then ask the patients by telephone what they measured.",
    ),
)
SET_ASIDE = Lag(
    "set_aside",
    condition="set-aside",
    title="Something could not be dealt with",
    reason="Since {} there are patients, tasks or messages that cannot be worked on: they were set aside.",
    steps=(
        "Look at Set-up, What was set aside: it names them. Nothing is done with them until it is mended.",
        "Tell those who run the gateway: its log names the kind of error.",
        "Until then look yourself at the readings of patients and the clocks of tasks that stand there.",
    ),
    priority=Priority.URGENT,
)
"""Told once of each: the panel goes on showing them."""


async def lagging(conn: AsyncConnection, lag: Lag, now: datetime) -> dict[int, datetime]:
    """The organisations in which it waits, and since when."""
    waiting = await conn.execute(
        _SQL[lag.statement], {"waiting_since": now - LAGS_AFTER, "lags_after": LAGS_AFTER}
    )
    return dict(await waiting.fetchall())


async def open_lag_task(
    conn: AsyncConnection, lag: Lag, organisation_id: int, since: datetime, now: datetime
) -> None:
    """One open task for an organisation, with since when in its reason."""
    task = NewTask(
        organisation_id,
        Origin.OPERATIONAL,
        title=lag.title,
        reason=lag.reason.format(f"{since:%Y-%m-%d %H:%M} UTC"),
        priority=lag.priority,
        steps=lag.steps,
        condition=lag.condition,
    )
    await create.open_task(conn, task, now)


async def judge_changed_sets(
    conn: AsyncConnection, rule_sets: Mapping[str, RuleSet], now: datetime
) -> list[str]:
    """Judge again what is open where a rule set is another one than before; the names of those that are.

    The safety net and the values beyond doubt judge everybody.
    """
    beyond = load_critical_values().rule_set
    rows = await (await conn.execute(_SQL["rule_sets"])).fetchall()
    known: dict[str, bytes] = dict(rows)
    changed = []
    for name, rule_set in (*rule_sets.items(), (beyond.name, beyond)):
        digest = hashlib.sha256(repr(rule_set).encode()).digest()
        if known.get(name) == digest:
            continue
        is_for_all = name in (SAFETY_NET, beyond.name)
        row = {
            "name": name,
            "version": rule_set.version,
            "digest": digest,
            "is_for_all": is_for_all,
            "now": now,
        }
        await conn.execute(_SQL["keep_rule_set"], row)
        if name in known:
            enrolled = [each for (each,) in await (await conn.execute(_SQL["enrolled"], row)).fetchall()]
            why = f"The rules of {rule_set.title} have changed (version {rule_set.version})"
            await due.judge_again(conn, enrolled, why, now)
            changed.append(name)
    return changed


async def end_repeats(conn: AsyncConnection, now: datetime) -> None:
    """Say of repeats that were asked for that they did not come."""
    over = await conn.execute(_SQL["not_repeated"], {"now": now, "note": NOT_REPEATED})
    if await over.fetchall():
        await open_pages.notify(conn)


async def end_limits(
    conn: AsyncConnection, patient_id: int, rule_sets: Mapping[str, RuleSet], now: datetime
) -> None:
    """End a patient's limits whose time is over: the rule's own hold again, and somebody looks at that."""
    titles = {rule.rule_id: rule.title for rule_set in rule_sets.values() for rule in rule_set.rules}
    for ended in await limit_store.end_expired(conn, patient_id, now):
        title = titles.get(ended.rule_id, ended.rule_id)
        if not ended.was_in_force:
            continue
        await due.judge_again(conn, [ended.patient_id], f"The patient's own limit has ended: {title}", now)
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
        await create.open_task(conn, task, now)
