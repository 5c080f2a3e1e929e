"""What a judgement leaves behind: episodes, tasks made or changed, and the evidence for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from psycopg import AsyncConnection

from alerting.policy import Effect
from alerting.repeat import RepeatState
from gateway.ages import span
from gateway.database import statements
from gateway.evaluation.finding import Condition, Finding, Raise, lead
from gateway.evaluation.load import Ids
from gateway.notifications import open_pages
from gateway.tasks import advance, clocks
from gateway.tasks.states import Status

_SQL = statements.load(__name__)
_ENDED = {
    Effect.CLOSED: "The condition has cleared, and nobody had begun.",
    Effect.WITHDRAWN: "A second measurement did not confirm the first one, and nobody had begun.",
}
"""Why a task closes by itself."""
_SHOWN = {
    RepeatState.CONFIRMED: "A second measurement shows that it holds on.",
    RepeatState.WITHDRAWN: "A second measurement did not confirm the first one.",
    RepeatState.RECOVERED: "A second measurement shows that the patient has recovered.",
}
"""What a repeat has shown."""


async def write(conn: AsyncConnection, findings: Sequence[Finding], ids: Ids, now: datetime) -> bool:
    """Write findings, a round trip for all of a kind; whether people have something new to see.

    New episodes are added to `ids`.
    """
    await _absorb_episodes(conn, findings, ids, now)
    await _write_episodes(conn, findings, ids)
    evidence = []
    for finding in findings:
        for key, number in finding.moved:
            row = _subject(finding) | vars(key) | {"episode_id": ids.episodes[_condition(finding), number]}
            await conn.execute(_SQL["move_evidence"], row)
            await conn.execute(_SQL["follow_episode"], row)
        if finding.raises:
            await _ask(conn, finding, ids, now)
        task_id = ids.open_tasks.get(finding.task_of)
        if task_id is None:
            continue
        evidence += [
            _evidence(finding, each, ids.episodes[_condition(finding), each.episode_number], task_id, now)
            for each in finding.raises
        ]
        await _change(conn, finding, task_id, now)
    async with conn.cursor() as cursor:
        await cursor.executemany(_SQL["insert_evidence"], evidence)
    return any(finding.effect is not None or finding.repeated is not None for finding in findings)


async def insert_task(conn: AsyncConnection, row: Mapping[str, object], now: datetime) -> int:
    """The id of a new task of a rule, of which `row` says all; its clocks run from now on."""
    [(task_id,)] = await (await conn.execute(_SQL["insert_task"], row)).fetchall()
    await clocks.start(conn, [task_id], now)
    return int(task_id)


async def insert_episode(conn: AsyncConnection, row: Mapping[str, object]) -> int:
    """The id of a new episode, of which `row` says all."""
    [(episode_id,)] = await (await conn.execute(_SQL["insert_episode"], row)).fetchall()
    return int(episode_id)


async def notify(conn: AsyncConnection) -> None:
    """Tell open pages, once this transaction is committed."""
    await open_pages.notify(conn)


async def _absorb_episodes(
    conn: AsyncConnection, findings: Sequence[Finding], ids: Ids, now: datetime
) -> None:
    """What is part of another episode makes room for it: of a condition one alone is open."""
    for finding in findings:
        for absorbed, number in finding.absorbed:
            row = _subject(finding) | {
                "absorbed_id": ids.episodes[_condition(finding), absorbed],
                "episode_id": ids.episodes[_condition(finding), number],
                "now": now,
            }
            for statement in ("absorb_evidence", "absorb_tasks", "void_absorbed"):
                await conn.execute(_SQL[statement], row)


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


async def _ask(conn: AsyncConnection, finding: Finding, ids: Ids, now: datetime) -> None:
    """Make, raise, wake or join the task. A new one is added to `ids`."""
    leading = lead(finding.raises)
    speaking = max(finding.raises, key=lambda each: (each.rule.priority.rank, each.key))
    row = _subject(finding) | _check(finding)
    row |= {
        "episode_id": ids.episodes[_condition(finding), leading.episode_number],
        "rule_id": leading.rule.rule_id,
        "rule_version": leading.rule.version,
        "rule_source": leading.rule.source,
        "title": _title(finding, now),
        "reason": speaking.reason,
        "steps": list(leading.rule.steps),
        "priority": leading.rule.priority,
        "needs_review": leading.rule.needs_review,
        "measured_at": finding.raises[-1].key.measured_at,
        "spoken_at": speaking.key.measured_at,
        "is_late": finding.is_late,
        "doubt": next((each.doubt for each in finding.raises if each.doubt), None),
        "now": now,
    }
    if finding.effect in (Effect.CREATED, Effect.REOPENED):
        ids.open_tasks[finding.task_of] = await insert_task(conn, row, now)
        return
    task_id = ids.open_tasks[finding.task_of]
    row |= {"task_id": task_id, "from_status": None}
    if finding.effect is Effect.RAISED:
        await conn.execute(_SQL["raise_task"], row)
        note = f"Now {leading.rule.priority}: {speaking.reason}"
        await conn.execute(_SQL["note_change"], row | {"note": note})
        await clocks.start(conn, [task_id], now)
    else:
        await conn.execute(_SQL["join_task"], row)
    if finding.into is not None:
        ids.open_tasks[_condition(finding)] = task_id
        await conn.execute(_SQL["speak_for"], row)
        note = f"Also, {_lateness(finding, now)}: {speaking.reason}"
        await conn.execute(_SQL["note_change"], row | {"note": note})
    if finding.effect in (Effect.RAISED, Effect.WOKEN):
        woken = await advance.wake(conn, task_id, now, speaking.reason)
        if finding.effect is Effect.WOKEN and not woken:
            await advance.notify_of_condition(conn, task_id, finding.condition, now)


async def _change(conn: AsyncConnection, finding: Finding, task_id: int, now: datetime) -> None:
    """Close the task, or show on it what a repeat has shown."""
    row = {"task_id": task_id, "from_status": None, "repeat_state": finding.repeated, "now": now}
    if finding.repeated is not None:
        await conn.execute(_SQL["repeated"], row)
        await conn.execute(_SQL["note_change"], row | {"note": _SHOWN[finding.repeated]})
    if finding.subject.rejudged is not None:
        text = "it was raised" if finding.raises else "the condition does not hold"
        note = f"{finding.subject.rejudged}; by what holds now {text}."
        await conn.execute(_SQL["note_change"], row | {"note": note})
    if finding.effect in _ENDED:
        await conn.execute(_SQL["close_task"], row)
        await conn.execute(
            _SQL["note_change"], row | {"from_status": Status.READY, "note": _ENDED[finding.effect]}
        )


def _title(finding: Finding, now: datetime) -> str:
    """What is at the head of a new task. Of what came late it says so first."""
    title = lead(finding.raises).rule.title
    if not finding.is_late:
        return title
    return f"{_lateness(finding, now).capitalize()}: {title}"


def _lateness(finding: Finding, now: datetime) -> str:
    """How late the newest reading came. What is written down stays true, as "3 days ago" would not."""
    return f"measured {span(now - finding.raises[-1].key.measured_at)} before it arrived"


def _check(finding: Finding) -> dict[str, Any]:
    check = finding.check
    return {
        "repeat_use": None if check is None else check.use,
        "repeat_state": None if check is None else RepeatState.ASKED,
        "repeat_from": None if check is None else _moment(check.since),
        "repeat_until": None if check is None else _moment(check.until),
    }


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
