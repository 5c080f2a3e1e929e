"""What a judgement leaves behind: episodes, tasks raised or joined, and the evidence for them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from psycopg import AsyncConnection

from alerting.episodes import Episode
from alerting.rules import Priority
from gateway.evaluation.judge import Condition, Finding
from gateway.store import statements
from gateway.store.tasks import TASKS_CHANNEL

_SQL = statements.load("evaluation.sql")


async def write(
    conn: AsyncConnection, finding: Finding, ids: dict[tuple[Condition, int], int], now: datetime
) -> bool:
    """Write one finding; whether people have something new to see. `ids` of episodes grow with new ones."""
    condition = (finding.subject.patient_id, finding.rule.condition)
    for episode in finding.episodes:
        known = ids.get((condition, episode.number))
        ids[condition, episode.number] = await _write_episode(conn, finding, episode, known)
    if not finding.raises:
        return False
    task_id = await _join(conn, finding, now)
    if task_id is None:
        task_id = await _raise(conn, finding, ids[condition, finding.raises[-1].episode_number], now)
    for each in finding.raises:
        await conn.execute(
            _SQL["insert_evidence"],
            _subject(finding)
            | vars(each.key)
            | {
                "episode_id": ids[condition, each.episode_number],
                "task_id": task_id,
                "reason": each.reason,
                "from_at": each.from_at,
                "now": now,
            },
        )
    return True


async def notify(conn: AsyncConnection) -> None:
    """Tell open pages, once this transaction is committed."""
    await conn.execute(_SQL["notify"], {"channel": TASKS_CHANNEL})


async def _write_episode(
    conn: AsyncConnection, finding: Finding, episode: Episode, episode_id: int | None
) -> int:
    row = _subject(finding) | {
        "episode_id": episode_id,
        "number": episode.number,
        "opened_at": _moment(episode.opened_at),
        "cleared_at": None if episode.cleared_at is None else _moment(episode.cleared_at),
    }
    if episode_id is not None:
        await conn.execute(_SQL["update_episode"], row)
        return episode_id
    made = await (await conn.execute(_SQL["insert_episode"], row)).fetchone()
    return int(made[0]) if made else 0


async def _join(conn: AsyncConnection, finding: Finding, now: datetime) -> int | None:
    """Add the raises to the patient's open task of this condition, if there is one, and return its id."""
    task = await (await conn.execute(_SQL["lock_open_task"], _subject(finding))).fetchone()
    if task is None:
        return None
    task_id, priority, measured_at = task
    newest = finding.raises[-1]
    is_newer = newest.key.measured_at > measured_at
    row = {
        "task_id": task_id,
        "priority": _higher(Priority(priority), finding.rule.priority),
        "measured_at": max(measured_at, newest.key.measured_at),
        "reason": newest.reason if is_newer else None,
        "now": now,
    }
    await conn.execute(_SQL["join_task"], row)
    return int(task_id)


async def _raise(conn: AsyncConnection, finding: Finding, episode_id: int, now: datetime) -> int:
    rule, newest = finding.rule, finding.raises[-1]
    row = _subject(finding) | {
        "episode_id": episode_id,
        "rule_id": rule.rule_id,
        "rule_version": rule.version,
        "rule_source": rule.source,
        "title": rule.title,
        "reason": newest.reason,
        "steps": list(rule.steps),
        "priority": rule.priority,
        "measured_at": newest.key.measured_at,
        "now": now,
    }
    made = await (await conn.execute(_SQL["insert_task"], row)).fetchone()
    return int(made[0]) if made else 0


def _subject(finding: Finding) -> dict[str, Any]:
    subject = finding.subject
    return {
        "patient_id": subject.patient_id,
        "organisation_id": subject.organisation_id,
        "condition": finding.rule.condition,
    }


def _higher(one: Priority, other: Priority) -> Priority:
    order = list(Priority)
    return max(one, other, key=order.index)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
