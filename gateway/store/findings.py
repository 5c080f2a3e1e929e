"""What a judgement leaves behind: episodes, tasks made or changed, and the evidence for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from psycopg import AsyncConnection

from alerting.policy import Effect
from gateway.evaluation.judge import Condition, Finding, Raise, lead
from gateway.store import statements
from gateway.store.evaluation import Ids
from gateway.store.tasks import TASKS_CHANNEL
from gateway.tasks.states import Status

_SQL = statements.load("evaluation.sql")
CLEARED = "The condition has cleared, and nobody had begun."
"""Why a task closes by itself."""


async def write(conn: AsyncConnection, findings: Sequence[Finding], ids: Ids, now: datetime) -> bool:
    """Write findings, a round trip for all of a kind; whether people have something new to see.

    New episodes are added to `ids`.
    """
    await _write_episodes(conn, findings, ids)
    evidence = []
    for finding in findings:
        condition = _condition(finding)
        if finding.raises:
            task_id = await _ask(conn, finding, ids, now)
            evidence += [
                _evidence(finding, each, ids.episodes[condition, each.episode_number], task_id, now)
                for each in finding.raises
            ]
        elif finding.effect is Effect.CLOSED:
            await _close(conn, ids.open_tasks[condition], now)
    async with conn.cursor() as cursor:
        await cursor.executemany(_SQL["insert_evidence"], evidence)
    return any(finding.effect is not None for finding in findings)


async def notify(conn: AsyncConnection) -> None:
    """Tell open pages, once this transaction is committed."""
    await conn.execute(_SQL["notify"], {"channel": TASKS_CHANNEL})


async def _write_episodes(conn: AsyncConnection, findings: Sequence[Finding], ids: Ids) -> None:
    """Changed ones first: what has cleared makes room for what is open now."""
    changed: list[dict[str, Any]] = []
    new: dict[tuple[Condition, int], dict[str, Any]] = {}
    for finding in findings:
        for episode in finding.episodes:
            key = (_condition(finding), episode.number)
            row = _subject(finding) | {
                "number": episode.number,
                "opened_at": _moment(episode.opened_at),
                "cleared_at": None if episode.cleared_at is None else _moment(episode.cleared_at),
            }
            if key in ids.episodes:
                changed.append(row | {"episode_id": ids.episodes[key]})
            else:
                new[key] = row
    async with conn.cursor() as cursor:
        await cursor.executemany(_SQL["update_episode"], changed)
        await cursor.executemany(_SQL["insert_episode"], list(new.values()), returning=True)
        made = [await each.fetchone() async for each in cursor.results()] if new else []
    ids.episodes.update((key, row[0]) for key, row in zip(new, made, strict=True) if row)


async def _ask(conn: AsyncConnection, finding: Finding, ids: Ids, now: datetime) -> int:
    """Make, raise or join the task; its id."""
    condition = _condition(finding)
    leading = lead(finding.raises)
    speaking = max(finding.raises, key=lambda each: (each.rule.priority.rank, each.key))
    row = _subject(finding) | {
        "episode_id": ids.episodes[condition, leading.episode_number],
        "rule_id": leading.rule.rule_id,
        "rule_version": leading.rule.version,
        "rule_source": leading.rule.source,
        "title": leading.rule.title,
        "reason": speaking.reason,
        "steps": list(leading.rule.steps),
        "priority": leading.rule.priority,
        "measured_at": finding.raises[-1].key.measured_at,
        "spoken_at": speaking.key.measured_at,
        "now": now,
    }
    if finding.effect in (Effect.CREATED, Effect.REOPENED):
        made = await (await conn.execute(_SQL["insert_task"], row)).fetchone()
        return int(made[0]) if made else 0
    task_id = ids.open_tasks[condition]
    row |= {"task_id": task_id}
    if finding.effect is Effect.RAISED:
        note = f"Now {leading.rule.priority}: {speaking.reason}"
        await conn.execute(_SQL["raise_task"], row)
        await conn.execute(_SQL["note_change"], row | {"from_status": None, "note": note})
    else:
        await conn.execute(_SQL["join_task"], row)
    return task_id


async def _close(conn: AsyncConnection, task_id: int, now: datetime) -> None:
    row = {"task_id": task_id, "from_status": Status.READY, "note": CLEARED, "now": now}
    await conn.execute(_SQL["close_task"], row)
    await conn.execute(_SQL["note_change"], row)


def _evidence(finding: Finding, each: Raise, episode_id: int, task_id: int, now: datetime) -> dict[str, Any]:
    return (
        _subject(finding)
        | vars(each.key)
        | {
            "episode_id": episode_id,
            "task_id": task_id,
            "rule_id": each.rule.rule_id,
            "priority": each.rule.priority,
            "reason": each.reason,
            "from_at": min(each.evidence).measured_at,
            "now": now,
        }
    )


def _condition(finding: Finding) -> Condition:
    return finding.subject.patient_id, finding.condition


def _subject(finding: Finding) -> dict[str, Any]:
    return {
        "patient_id": finding.subject.patient_id,
        "organisation_id": finding.subject.organisation_id,
        "condition": finding.condition,
    }


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
