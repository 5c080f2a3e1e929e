"""What a judgement needs: patients with their rules, series, episodes, what people were told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from psycopg import AsyncConnection

from alerting.doubt import ANYBODYS
from alerting.episodes import Episode
from alerting.policy import Work
from alerting.repeat import Check
from alerting.rules import Priority, RepeatUse, RuleSet
from alerting.strangers import CONFIRMED
from edge_agent.wire.codes import Flag
from edge_agent.wire.vitals import Vital
from gateway.database import statements
from gateway.evaluation.finding import Condition, PriorState
from gateway.patients import enrolments, limit_store, targets
from gateway.patients.limits import with_all_limits
from gateway.patients.programmes import rules_for
from gateway.readings.subjects import KNOWN_DAYS, Columns, History, ReadingKey, Subject, series_of

_SQL = statements.load(__name__)
_VITALS = tuple(Vital)


@dataclass(frozen=True)
class Ids:
    """The database's ids of what is known; those of episodes by condition and number."""

    episodes: dict[tuple[Condition, int], int]
    open_tasks: dict[Condition, int]


async def history(conn: AsyncConnection, subjects: Sequence[Subject]) -> History:
    """The readings of the subjects from their look-back on."""
    froms = [subject.since - timedelta(days=subject.look_back_days) for subject in subjects]
    row = {"patient_ids": _ids(subjects), "froms": froms, "oldest": min(froms, default=None)}
    rows = await _rows(conn, "series", **row)  # as text: in binary a real of 39.1 would come as 39.09999847
    rows = sorted([*rows, *await _known_before(conn, subjects, froms)], key=_place)
    if not rows:
        return History.of(subjects, ())
    columns = _columns(rows)
    if anybodys := set(await _rows(conn, "anybodys", patient_ids=_ids(subjects))):
        of_anybody = np.array([(patient_id, source_id) in anybodys for patient_id, source_id, *_ in rows])
        columns = replace(columns, marks={**columns.marks, ANYBODYS: of_anybody})
    if confirmed := set(await _rows(conn, "confirmed", patient_ids=_ids(subjects))):
        is_confirmed = np.array([row[1:4] in confirmed for row in rows])
        columns = replace(columns, marks={**columns.marks, CONFIRMED: is_confirmed})
    return History(series_of(subjects, columns), lambda index: _key(rows[index]))


async def _known_before(
    conn: AsyncConnection, subjects: Sequence[Subject], froms: Sequence[datetime]
) -> list[tuple[Any, ...]]:
    """The last values before `froms` of the vitals that rules hold new ones against, however old they are."""
    wanted = [
        (subject.patient_id, from_at, vital)
        for subject, from_at in zip(subjects, froms, strict=True)
        for vital in subject.known_before
    ]
    if not wanted:
        return []
    columns = dict(zip(("patient_ids", "froms", "vitals"), map(list, zip(*wanted, strict=True)), strict=True))
    return await _rows(conn, "known_before", **columns, days=KNOWN_DAYS)


def _place(row: tuple[Any, ...]) -> tuple[int, ReadingKey]:
    return row[0], _key(row)


async def known(conn: AsyncConnection, subjects: Sequence[Subject]) -> tuple[PriorState, Ids]:
    """What earlier judgements left behind; open tasks stay locked until the transaction ends."""
    patient_ids = _ids(subjects)
    await conn.execute(_SQL["lock_open_tasks"], {"patient_ids": patient_ids})
    episodes, episode_ids = await _episodes(conn, subjects)
    notified: dict[Condition, dict[ReadingKey, Priority]] = defaultdict(dict)
    rows = await _rows(conn, "told", patient_ids=patient_ids, sinces=_sinces(subjects))
    for patient_id, condition, source_id, measured_at, tie, priorities in rows:
        key = ReadingKey(measured_at, source_id, tie)
        notified[patient_id, condition][key] = max(map(Priority, priorities), key=lambda each: each.rank)
    work: dict[Condition, Work] = {}
    open_tasks: dict[Condition, int] = {}
    rows = await _rows(conn, "work", patient_ids=patient_ids)
    for patient_id, condition, task_id, is_open, priority, *rest in rows:
        is_claimed, is_snoozed, is_late, is_shared, use, since, until, number, completed_at = rest
        work[patient_id, condition] = Work(
            open_priority=Priority(priority) if is_open else None,
            is_claimed=is_claimed,
            is_snoozed=is_snoozed,
            is_late=is_late,
            is_shared=is_shared,
            check=None
            if use is None or not is_open
            else Check(RepeatUse(use), since.timestamp(), until.timestamp()),
            last_episode=number,
            completed_at=-inf if completed_at is None else completed_at.timestamp(),
        )
        if is_open:
            open_tasks[patient_id, condition] = task_id
    return PriorState(episodes, notified, work), Ids(episode_ids, open_tasks)


async def mark_judged(
    conn: AsyncConnection, subjects: Sequence[Subject], next_at: Mapping[int, float], now: datetime
) -> None:
    """Say when the patients were judged last, and when the clock looks at them next (seconds since 1970)."""
    row = {
        "patient_ids": _ids(subjects),
        "next_at": [_moment(next_at.get(subject.patient_id)) for subject in subjects],
        "now": now,
    }
    await conn.execute(_SQL["mark_judged"], row)


async def _episodes(
    conn: AsyncConnection, subjects: Sequence[Subject]
) -> tuple[dict[Condition, list[Episode]], dict[tuple[Condition, int], int]]:
    """The episodes that new readings can touch, and their ids."""
    found: dict[Condition, list[Episode]] = defaultdict(list)
    ids: dict[tuple[Condition, int], int] = {}
    rows = await _rows(conn, "episodes", patient_ids=_ids(subjects), sinces=_sinces(subjects))
    for patient_id, condition, episode_id, number, opened_at, last_raise_at, cleared_at in rows:
        cleared = None if cleared_at is None else cleared_at.timestamp()
        episode = Episode(number, opened_at.timestamp(), last_raise_at.timestamp(), cleared)
        found[patient_id, condition].append(episode)
        ids[(patient_id, condition), number] = episode_id
    return found, ids


async def subjects_of(
    conn: AsyncConnection,
    sinces: Mapping[int, datetime],
    why: Mapping[int, str | None],
    rule_sets: Mapping[str, RuleSet],
    now: datetime,
) -> list[Subject]:
    """The patients by id, each with its rules as they are for it."""
    patient_ids = list(sinces)
    enrolled = await enrolments.of_patients(conn, patient_ids)
    circumstances = await enrolments.circumstances(conn, patient_ids, now)
    own = await limit_store.in_force(conn, patient_ids, now)
    personal = await targets.of_patients(conn, patient_ids)
    return [
        Subject(
            patient_id=patient_id,
            organisation_id=organisation_id,
            since=sinces[patient_id],
            rules=with_all_limits(
                rules_for(enrolled.get(patient_id, ()), rule_sets, circumstances.get(patient_id, ())),
                own.get(patient_id, {}),
            ),
            zone=ZoneInfo(zone),
            numbers=personal.get(patient_id, {}),
            rejudged=why.get(patient_id),
        )
        for patient_id, organisation_id, zone in await _rows(conn, "patients", patient_ids=patient_ids)
    ]


async def _rows(conn: AsyncConnection, statement: str, **row: object) -> list[tuple[Any, ...]]:
    return await (await conn.execute(_SQL[statement], row)).fetchall()


def _columns(rows: Sequence[tuple[Any, ...]]) -> Columns:
    """Whole columns at a time: what is judged again and again must not cost an object a reading."""
    patient_ids, _, measured_at, _, flags, events, *values, absent = zip(*rows, strict=True)
    bits = np.array(flags)
    marks = {flag.code: bits >> flag.value & 1 == 1 for flag in Flag if (bits >> flag.value & 1).any()}
    marks |= {name: np.array([each == name for each in events]) for name in set(events) - {None}}
    return Columns(patient_ids, measured_at, dict(zip(_VITALS, values, strict=True)), absent, marks)


def _key(row: tuple[Any, ...]) -> ReadingKey:
    _, source_id, measured_at, tie, *_ = row
    return ReadingKey(measured_at, source_id, tie)


def _ids(subjects: Sequence[Subject]) -> list[int]:
    return [subject.patient_id for subject in subjects]


def _sinces(subjects: Sequence[Subject]) -> list[datetime]:
    return [subject.since for subject in subjects]


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
