"""The role `evaluate`: judge what is due. A crash anywhere costs a repeat, never a gap."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol

from alerting.rules import RuleSet
from gateway import faults
from gateway.clock import utc_now
from gateway.database.connection import Connection
from gateway.database.pool import Pool, is_at_fault
from gateway.evaluation import (
    apply,
    due_work,
    first_schedules,
    load,
    outage_store,
    reference_weights,
    silence_store,
    sweep,
    unjudged,
)
from gateway.evaluation.due_work import ROLE, Taken
from gateway.evaluation.finding import PriorState
from gateway.evaluation.judge import judge
from gateway.evaluation.lag import raise_lag_task
from gateway.evaluation.load import Ids
from gateway.evaluation.silence import after, earliest, silences
from gateway.faults import Item, ItemKind
from gateway.loop import OF_ITEMS, Chore, divide, one_by_one, play, set_aside
from gateway.patients import limit_store
from gateway.readings import summaries
from gateway.readings.subjects import Subject
from gateway.resources import Resources
from gateway.rules.critical_values import load_critical_values

logger = logging.getLogger(__name__)

MOST_SOURCES = 200
POLL_S = 0.5
SWEEP_EVERY_S = 10.0
PROPOSE_EVERY_S = 3_600.0


class Take(Protocol):
    """Takes what is to be judged, under the patients' locks."""

    async def __call__(
        self, conn: Connection, *, rule_sets: Mapping[str, RuleSet], now: datetime
    ) -> Taken: ...


async def evaluate(resources: Resources, clock: Callable[[], datetime] = utc_now) -> None:
    """Judge due work, a batch of patients at a time, until the process stops."""
    pool, rule_sets = resources.pool, resources.rule_sets
    judging = Chore("judge", partial(evaluate_once, pool, rule_sets), POLL_S)
    await play(ROLE, [*sweeps(pool, rule_sets), judging], pool, resources.stop, clock)


def sweeps(pool: Pool, rule_sets: Mapping[str, RuleSet]) -> list[Chore]:
    """What time alone does, and what is watched in case that who escalates is gone altogether."""
    works: Mapping[str, Callable[[datetime], Awaitable[object]]] = {
        "rule-sets": partial(_judge_changed_sets, pool, rule_sets),
        "schedules": partial(_in_transaction, pool, partial(first_schedules.give, rule_sets=rule_sets)),
        "repeats": partial(_in_transaction, pool, sweep.end_repeats),
        "limits": partial(_end_limits, pool, rule_sets),
        "outages": partial(_in_transaction, pool, outage_store.update_outages),
        "lag": partial(raise_lag_task, pool, ROLE, sweep.UNJUDGED),
        "clocks": partial(raise_lag_task, pool, ROLE, sweep.UNWATCHED),
        "receipts": partial(raise_lag_task, pool, ROLE, sweep.STALLED),
        "set-aside": partial(raise_lag_task, pool, ROLE, sweep.SET_ASIDE),
    }
    propose = partial(_in_transaction, pool, partial(reference_weights.propose, rule_sets=rule_sets))
    return [
        *(Chore(name, work, SWEEP_EVERY_S) for name, work in works.items()),
        Chore("reference-weights", propose, PROPOSE_EVERY_S),
    ]


async def _in_transaction(
    pool: Pool, work: Callable[[Connection, datetime], Awaitable[None]], now: datetime
) -> None:
    async with pool.connection() as conn:
        await work(conn, now)


async def _judge_changed_sets(pool: Pool, rule_sets: Mapping[str, RuleSet], now: datetime) -> None:
    async with pool.connection() as conn:
        changed = await sweep.judge_changed_sets(conn, rule_sets, now)
    if changed:
        logger.info("rule_sets_changed", extra={"rule_sets": changed})


async def _end_limits(pool: Pool, rule_sets: Mapping[str, RuleSet], now: datetime) -> None:
    async with pool.connection() as conn:
        patient_ids = await limit_store.with_expired(conn, now)

    async def end(conn: Connection, patient_id: int) -> None:
        await sweep.end_limits(conn, patient_id, rule_sets, now)

    await one_by_one(pool, ROLE, ItemKind.LIMITS, patient_ids, end, now=now)


async def evaluate_once(pool: Pool, rule_sets: Mapping[str, RuleSet], now: datetime) -> int:
    """Judge one batch in one transaction, in READ COMMITTED; returns how many due rows it took.

    Where that fails each of its patients is judged alone, and set aside if it fails again. Raises
    AssignedMeanwhile, and what `is_away` knows.
    """
    try:
        return await _judge(pool, partial(due_work.take_due, limit=MOST_SOURCES), rule_sets, now)
    except Exception as fault:
        if not is_at_fault(fault):
            raise
        logger.exception("batch_failed")
    async with pool.connection() as conn, conn.transaction():
        patient_ids = await due_work.leave_to_clocks(conn, MOST_SOURCES, now)

    async def judge_these(some: Sequence[int]) -> None:
        await _judge(pool, partial(due_work.take_looks, patient_ids=some), rule_sets, now)

    async def aside(patient_id: int, fault: Exception) -> None:
        await set_aside(pool, Item(ROLE, ItemKind.PATIENT, str(patient_id)), OF_ITEMS, now, fault)

    await divide(patient_ids, judge_these, aside)
    return len(patient_ids)


async def _judge(pool: Pool, take: Take, rule_sets: Mapping[str, RuleSet], now: datetime) -> int:
    async with pool.connection() as conn, conn.transaction():
        taken, subjects = await take(conn, rule_sets=rule_sets, now=now)
        if not subjects:
            return taken
        history = await load.history(conn, subjects)
        known, ids = await load.known(conn, subjects)
        found = judge(subjects, history, known, now.timestamp(), load_critical_values())
        is_news = await apply.write(conn, found.findings, ids, now)
        await summaries.rewrite(conn, subjects)
        is_silent, next_at = await _look(conn, subjects, after(known, found.findings), ids, now)
        await load.mark_judged(conn, subjects, next_at, now)
        await unjudged.keep(conn, subjects, found.failures, now)
        await faults.well(conn, ROLE, ItemKind.PATIENT, [subject.patient_id for subject in subjects])
        if is_news or is_silent:
            await apply.notify(conn)
    for failure in found.failures:
        logger.error("rule_failed", extra={"rule": failure.rule.rule_id, "error": failure.error})
    logger.info("judged", extra={"patients": len(subjects), "due": taken, "findings": len(found.findings)})
    return taken


async def _look(
    conn: Connection, subjects: Sequence[Subject], known: PriorState, ids: Ids, now: datetime
) -> tuple[bool, Mapping[int, float]]:
    """Tell who is missed; whether somebody is, and when each patient is looked at next."""
    looks = [
        (expected.subject.patient_id, found)
        for expected in await silence_store.expectations(conn, subjects, now)
        for found in silences(expected, known, now.timestamp())
    ]
    silent = [found.silent for _, found in looks if found.silent is not None]
    for each in silent:
        await silence_store.open_silence_task(conn, each, ids, now)
    return bool(silent), earliest([(patient_id, found.next_at) for patient_id, found in looks])
