"""Due work under the patients' locks: who is to be judged, and from when on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import AsyncConnection

from alerting.rules import RuleSet
from gateway import faults
from gateway.database import statements
from gateway.database.pool import BeginAgain
from gateway.evaluation.load import subjects_of
from gateway.faults import ItemKind
from gateway.readings.subjects import Subject

_SQL = statements.load(__name__)
ROLE = "evaluate"


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
    return Taken(len(looks), await subjects_of(conn, sinces, why, rule_sets, now))


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


async def _owners(conn: AsyncConnection, source_ids: Collection[int]) -> dict[int, set[int]]:
    owners: dict[int, set[int]] = {source_id: set() for source_id in source_ids}
    for source_id, patient_id in await _rows(conn, "patients_of", source_ids=list(source_ids)):
        owners[source_id].add(patient_id)
    return owners


async def _rows(conn: AsyncConnection, statement: str, **row: object) -> list[tuple[Any, ...]]:
    return await (await conn.execute(_SQL[statement], row)).fetchall()
