"""Due work under the patients' locks, and what a judgement needs: series, episodes, what people were told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from psycopg import AsyncConnection

from alerting.doubt import ANYBODYS
from alerting.episodes import Episode
from alerting.policy import Work
from alerting.repeat import Check
from alerting.rules import Priority, RepeatUse, RuleSet
from edge_agent.wire.codes import Flag
from edge_agent.wire.vitals import Vital
from gateway.evaluation.finding import Condition, Known
from gateway.evaluation.subjects import Columns, History, ReadingKey, Subject, series_of
from gateway.limits import with_all_limits
from gateway.programmes import rules_for
from gateway.store import enrolments, faults, limits, numbers, statements
from gateway.store.faults import ItemKind
from gateway.store.pool import BeginAgain

_SQL = statements.load("evaluation.sql")
_VITALS = tuple(Vital)
ROLE = "evaluate"


@dataclass(frozen=True)
class Ids:
    """The database's ids of what is known; those of episodes by condition and number."""

    episodes: dict[tuple[Condition, int], int]
    open_tasks: dict[Condition, int]


class AssignedMeanwhile(BeginAgain):
    """A source was given to a patient whom this evaluation has not locked: begin again."""


class Taken(NamedTuple):
    """What an evaluator has taken: how many due rows and looks by the clock, and the patients to judge."""

    due: int
    subjects: list[Subject]


async def take_due(
    conn: AsyncConnection, limit: int, rule_sets: Mapping[str, RuleSet], now: datetime
) -> Taken:
    """Lock the patients of up to `limit` due sources, and up to as many whose time has come.

    Takes what is due of them, except of patients whom another evaluator has, or who are set aside: what is
    theirs is left to their own clocks. Needs a transaction. Raises AssignedMeanwhile.
    """
    resting = await _resting(conn, now)
    looked_at = await _due_patients(conn, resting, limit, now)
    due, locked = await _ready(conn, looked_at, limit)
    ready = await _leave(conn, due, resting, now)
    taken = await _rows(conn, "take_due", source_ids=ready)
    # Read again, after the rows are taken: an assignment made meanwhile has appended rows of its own to them.
    owners = await _owners(conn, ready)
    sinces: dict[int, datetime] = {}
    for source_id, since in taken:
        for patient_id in owners[source_id]:
            if patient_id not in locked:
                raise AssignedMeanwhile
            sinces[patient_id] = min(since, sinces.get(patient_id, since))
    looks = await _take_looks(conn, locked - resting, rule_sets, now, sinces)
    return looks._replace(due=len(due) - len(ready) + len(taken) + looks.due)


async def take_looks(
    conn: AsyncConnection, patient_ids: Collection[int], rule_sets: Mapping[str, RuleSet], now: datetime
) -> Taken:
    """Lock these patients, and take what their clocks say. Needs a transaction."""
    found = await _rows(conn, "lock_patients", patient_ids=list(patient_ids))
    return await _take_looks(conn, {patient_id for (patient_id,) in found}, rule_sets, now, {})


async def leave_to_clocks(conn: AsyncConnection, limit: int, now: datetime) -> list[int]:
    """Leave what is due to the clocks of its patients, so that each can be judged alone; who they are.

    Reads nothing that might be at fault. Needs a transaction.
    """
    resting = await _resting(conn, now)
    looked_at = await _due_patients(conn, resting, limit, now)
    ready, locked = await _ready(conn, looked_at, limit)
    await conn.execute(_SQL["leave_to_clocks"], {"source_ids": ready, "now": now})
    return sorted(locked - resting)


async def _take_looks(
    conn: AsyncConnection,
    patient_ids: Collection[int],
    rule_sets: Mapping[str, RuleSet],
    now: datetime,
    sinces: dict[int, datetime],
) -> Taken:
    looks = await _rows(conn, "take_looks", patient_ids=list(patient_ids), now=now)
    for patient_id, rejudge_from, _ in looks:
        since = now if rejudge_from is None else rejudge_from
        sinces[patient_id] = min(since, sinces.get(patient_id, since))
    why = {patient_id: why for patient_id, _, why in looks}
    return Taken(len(looks), await _subjects(conn, sinces, why, rule_sets, now))


async def _resting(conn: AsyncConnection, now: datetime) -> set[int]:
    return set(map(int, await faults.resting(conn, ROLE, ItemKind.PATIENT, now)))


async def _due_patients(
    conn: AsyncConnection, resting: Collection[int], limit: int, now: datetime
) -> set[int]:
    found = await _rows(conn, "due_patients", resting=list(resting), now=now, limit=limit)
    return {patient_id for (patient_id,) in found}


async def _leave(
    conn: AsyncConnection, source_ids: Sequence[int], resting: Collection[int], now: datetime
) -> Sequence[int]:
    """Leave to their clocks what is due of patients who are set aside; the sources of the others."""
    if not resting:
        return source_ids
    owners = await _owners(conn, source_ids)
    left = [source_id for source_id in source_ids if not owners[source_id].isdisjoint(resting)]
    await conn.execute(_SQL["leave_to_clocks"], {"source_ids": left, "now": now})
    return [source_id for source_id in source_ids if source_id not in left]


async def _ready(conn: AsyncConnection, looked_at: Collection[int], limit: int) -> tuple[list[int], set[int]]:
    """Due sources all of whose patients are locked now, and these and others that are."""
    after = 0
    while True:
        due = {source_id for (source_id,) in await _rows(conn, "due_sources", limit=limit, after=after)}
        owners = await _owners(conn, due)
        candidates = sorted({*looked_at}.union(*owners.values()))
        locked = {patient_id for (patient_id,) in await _rows(conn, "lock_patients", patient_ids=candidates)}
        ready = [source_id for source_id in due if owners[source_id] <= locked]
        if ready or locked or not due:  # else other evaluators have all of these
            return ready, locked
        after += limit


async def history(conn: AsyncConnection, subjects: Sequence[Subject]) -> History:
    """The readings of the subjects from their look-back on."""
    froms = [subject.since - timedelta(days=subject.look_back_days) for subject in subjects]
    row = {"patient_ids": _ids(subjects), "froms": froms, "oldest": min(froms, default=None)}
    rows = await _rows(conn, "series", **row)  # as text: in binary a real of 39.1 would come as 39.09999847
    if not rows:
        return History.of(subjects, ())
    columns = _columns(rows)
    if anybodys := set(await _rows(conn, "anybodys", patient_ids=_ids(subjects))):
        of_anybody = np.array([(patient_id, source_id) in anybodys for patient_id, source_id, *_ in rows])
        columns = replace(columns, marks={**columns.marks, ANYBODYS: of_anybody})
    return History(series_of(subjects, columns), lambda index: _key(rows[index]))


async def known(conn: AsyncConnection, subjects: Sequence[Subject]) -> tuple[Known, Ids]:
    """What earlier judgements left behind; open tasks stay locked until the transaction ends."""
    patient_ids = _ids(subjects)
    await conn.execute(_SQL["lock_open_tasks"], {"patient_ids": patient_ids})
    episodes, episode_ids = await _episodes(conn, subjects)
    told: dict[Condition, dict[ReadingKey, Priority]] = defaultdict(dict)
    rows = await _rows(conn, "told", patient_ids=patient_ids, sinces=_sinces(subjects))
    for patient_id, condition, source_id, measured_at, tie, priorities in rows:
        key = ReadingKey(measured_at, source_id, tie)
        told[patient_id, condition][key] = max(map(Priority, priorities), key=lambda each: each.rank)
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
    return Known(episodes, told, work), Ids(episode_ids, open_tasks)


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


async def _subjects(
    conn: AsyncConnection,
    sinces: Mapping[int, datetime],
    why: Mapping[int, str | None],
    rule_sets: Mapping[str, RuleSet],
    now: datetime,
) -> list[Subject]:
    """The patients by id, each with its rules as they are for it."""
    patient_ids = list(sinces)
    enrolled = await enrolments.of_patients(conn, patient_ids)
    circumstances = await enrolments.circumstances(conn, patient_ids)
    own = await limits.in_force(conn, patient_ids, now)
    personal = await numbers.of_patients(conn, patient_ids)
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


async def _owners(conn: AsyncConnection, source_ids: Collection[int]) -> dict[int, set[int]]:
    owners: dict[int, set[int]] = {source_id: set() for source_id in source_ids}
    for source_id, patient_id in await _rows(conn, "patients_of", source_ids=list(source_ids)):
        owners[source_id].add(patient_id)
    return owners


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
