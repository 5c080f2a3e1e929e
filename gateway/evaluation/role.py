"""The role `evaluate`: judge what is due. A crash anywhere costs a repeat, never a gap."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from alerting.rules import RuleSet
from gateway.clock import utc_now
from gateway.evaluation.finding import Known
from gateway.evaluation.judge import judge
from gateway.evaluation.silences import after, earliest, look
from gateway.evaluation.subjects import Subject
from gateway.resources import Resources
from gateway.rules.beyond_doubt import load_beyond_doubt
from gateway.store import evaluation, findings, silences, summaries, sweeping, unjudged
from gateway.store.connection import Connection
from gateway.store.evaluation import AssignedMeanwhile, Ids
from gateway.store.pool import DATABASE_AWAY, Pool

logger = logging.getLogger(__name__)

MOST_SOURCES = 200
POLL_S = 0.5
SWEEP_EVERY_S = 10.0
RETRY_S = 1.0


async def evaluate(resources: Resources, clock: Callable[[], datetime] = utc_now) -> None:
    """Judge due work, a batch of patients at a time, until the process stops."""
    passed_s = asyncio.get_running_loop().time  # goes on where the clock is set back
    sweep_at = passed_s()
    while not resources.stop.is_set():
        now = clock()
        try:
            if passed_s() >= sweep_at:
                await sweep_once(resources.pool, resources.rule_sets, now)
                await look_at_clocks(resources.pool, now)
                sweep_at = passed_s() + SWEEP_EVERY_S
            taken = await evaluate_once(resources.pool, resources.rule_sets, now)
            pause = 0.0 if taken else POLL_S
        except AssignedMeanwhile:
            pause = 0.0
        except DATABASE_AWAY as error:
            logger.warning("database_away", extra={"error": type(error).__name__})
            pause = RETRY_S
        try:
            async with asyncio.timeout(pause):
                await resources.stop.wait()
        except TimeoutError:
            continue


async def sweep_once(pool: Pool, rule_sets: Mapping[str, RuleSet], now: datetime) -> None:
    """Do what time alone does; each in a transaction of its own."""
    async with pool.connection() as conn:
        changed = await sweeping.judge_changed_sets(conn, rule_sets, now)
    async with pool.connection() as conn:
        await sweeping.sweep(conn, rule_sets, now)
        await sweeping.tell_lag(conn, now)
    if changed:
        logger.info("rule_sets_changed", extra={"rule_sets": changed})


async def look_at_clocks(pool: Pool, now: datetime) -> None:
    """Who escalates may be gone altogether: then somebody else has to say so."""
    async with pool.connection() as conn:
        await sweeping.tell_unwatched(conn, now)


async def evaluate_once(pool: Pool, rule_sets: Mapping[str, RuleSet], now: datetime) -> int:
    """Judge one batch in one transaction, in READ COMMITTED; returns how many due rows it took.

    Raises AssignedMeanwhile, and what DATABASE_AWAY names.
    """
    async with pool.connection() as conn, conn.transaction():
        taken, subjects = await evaluation.take_due(conn, MOST_SOURCES, rule_sets, now)
        if not subjects:
            return taken
        history = await evaluation.history(conn, subjects)
        known, ids = await evaluation.known(conn, subjects)
        found = judge(subjects, history, known, now.timestamp(), load_beyond_doubt())
        is_news = await findings.write(conn, found.findings, ids, now)
        await summaries.rewrite(conn, subjects)
        is_silent, next_at = await _look(conn, subjects, after(known, found.findings), ids, now)
        await evaluation.mark_judged(conn, subjects, next_at, now)
        await unjudged.keep(conn, subjects, found.failures, now)
        if is_news or is_silent:
            await findings.notify(conn)
    for failure in found.failures:
        logger.error("rule_failed", extra={"rule": failure.rule.rule_id, "error": failure.error})
    logger.info("judged", extra={"patients": len(subjects), "due": taken, "findings": len(found.findings)})
    return taken


async def _look(
    conn: Connection, subjects: Sequence[Subject], known: Known, ids: Ids, now: datetime
) -> tuple[bool, Mapping[int, float]]:
    """Tell who is missed; whether somebody is, and when each patient is looked at next."""
    looks = [
        (expected.subject.patient_id, found)
        for expected in await silences.expectations(conn, subjects, now)
        for found in look(expected, known, now.timestamp())
    ]
    silent = [found.silent for _, found in looks if found.silent is not None]
    for each in silent:
        await silences.tell(conn, each, ids, now)
    return bool(silent), earliest([(patient_id, found.next_at) for patient_id, found in looks])
