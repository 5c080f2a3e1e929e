"""When a patient measures what, and when nobody expects it: schedules and pauses. They touch silences alone.

Whether the patient is within reach is asked before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from psycopg import AsyncConnection
from psycopg.errors import ForeignKeyViolation
from psycopg.rows import class_row

from gateway.database import statements
from gateway.errors import Unknown
from gateway.patients import due
from gateway.patients.assignments import PeriodEndsFirst
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)

MOST_OFTEN_HOURS = 1
"""Oftener is nobody's to do by hand; what a sensor says by itself needs no schedule."""
LEAST_OFTEN_HOURS = 366 * 24


class NotEnrolled(Unknown):
    """The patient is not in that programme."""


class UnknownPause(Unknown):
    """There is no such pause, or it is over."""


class PauseKind(StrEnum):
    """Why nobody expects a patient to measure."""

    HOLIDAY = "holiday"
    HOSPITAL = "hospital"


class Expected(NamedTuple):
    """How often a patient measures a vital, and since when that is so."""

    every_hours: float
    since: datetime
    since_enrolment: bool = False


@dataclass(frozen=True)
class Scheduled:
    """What holds for a programme: its own schedule (`by_programme`) or another one.

    `every_hours` None: somebody said that nothing is expected. `set_by` None: an upgrade gave it.
    """

    programme: str
    vital: str
    every_hours: float | None
    since: datetime
    set_by: str | None
    by_programme: bool


@dataclass(frozen=True)
class NewPause:
    """What is entered; `ends_at` None: nobody knows yet."""

    kind: PauseKind
    begins_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True)
class Pause:
    """A span in which a patient need not measure. `ended_by` ended it early."""

    pause_id: int
    kind: str
    begins_at: datetime
    ends_at: datetime | None
    set_by: str
    set_at: datetime
    ended_by: str | None


async def expected(
    conn: AsyncConnection, patient_ids: Collection[int]
) -> Mapping[int, Mapping[str, Expected]]:
    """What is expected of each patient, by vital: of several programmes, the most frequent."""
    found: dict[int, dict[str, Expected]] = defaultdict(dict)
    rows = await conn.execute(_SQL["schedules"], {"patient_ids": list(patient_ids)})
    for patient_id, vital, *expected in await rows.fetchall():
        found[patient_id][vital] = Expected(*expected)
    return found


async def schedule(conn: AsyncConnection, patient_id: int) -> list[Scheduled]:
    """What is expected of a patient."""
    async with conn.cursor(row_factory=class_row(Scheduled)) as cursor:
        await cursor.execute(_SQL["schedule_of_patient"], {"patient_id": patient_id})
        return await cursor.fetchall()


async def follow(
    conn: AsyncConnection, by: Staff, patient_id: int, own: Mapping[str, Mapping[str, float]], now: datetime
) -> None:
    """From now on the programmes' own schedules, in hours by vital; what was set otherwise stays."""
    rows = [(name, vital, hours) for name, schedule in own.items() for vital, hours in schedule.items()]
    row = {
        "organisation_id": by.organisation_id,
        "patient_id": patient_id,
        "programmes": [name for name, _, _ in rows],
        "vitals": [vital for _, vital, _ in rows],
        "hours": [hours for _, _, hours in rows],
        "staff_id": by.staff_id,
        "now": now,
    }
    await conn.execute(_SQL["follow"], row)
    await due.judge_soon(conn, patient_id, now)


async def set_schedule(
    conn: AsyncConnection,
    by: Staff,
    patient_id: int,
    *,
    programme: str,
    vital: str,
    every_hours: float | None,
    now: datetime,
) -> None:
    """From now on a value of `vital` is expected so often; None: nobody is missed. Raises NotEnrolled."""
    row = {
        "organisation_id": by.organisation_id,
        "patient_id": patient_id,
        "programme": programme,
        "vital": vital,
        "every_hours": every_hours,
        "staff_id": by.staff_id,
        "now": now,
    }
    try:
        await conn.execute(_SQL["set_schedule"], row)
    except ForeignKeyViolation as error:
        raise NotEnrolled(f"The patient is not in the programme {programme}.") from error
    await due.judge_soon(conn, patient_id, now)


async def pauses(
    conn: AsyncConnection, patient_ids: Collection[int], since: datetime
) -> Mapping[int, list[tuple[datetime, datetime | None]]]:
    """Beginning and end of the patients' pauses that end after `since`."""
    found: dict[int, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    rows = await conn.execute(_SQL["pauses"], {"patient_ids": list(patient_ids), "since": since})
    for patient_id, begins_at, ends_at in await rows.fetchall():
        found[patient_id].append((begins_at, ends_at))
    return found


async def pauses_of(conn: AsyncConnection, patient_id: int) -> list[Pause]:
    """A patient's pauses, the latest first."""
    async with conn.cursor(row_factory=class_row(Pause)) as cursor:
        await cursor.execute(_SQL["pauses_of_patient"], {"patient_id": patient_id})
        return await cursor.fetchall()


async def pause(conn: AsyncConnection, by: Staff, patient_id: int, new: NewPause, now: datetime) -> int:
    """Nobody expects the patient to measure for a while; the pause's id. Raises PeriodEndsFirst."""
    if new.ends_at is not None and new.ends_at <= new.begins_at:
        raise PeriodEndsFirst("A pause ends after it begins.")
    row = {
        "organisation_id": by.organisation_id,
        "patient_id": patient_id,
        **vars(new),
        "staff_id": by.staff_id,
        "now": now,
    }
    [(pause_id,)] = await (await conn.execute(_SQL["add_pause"], row)).fetchall()
    await due.judge_soon(conn, patient_id, now)
    return int(pause_id)


async def end_pause(conn: AsyncConnection, by: Staff, patient_id: int, pause_id: int, now: datetime) -> None:
    """The patient measures again. Raises UnknownPause."""
    row = {"pause_id": pause_id, "patient_id": patient_id, "staff_id": by.staff_id, "now": now}
    if not await (await conn.execute(_SQL["end_pause"], row)).fetchall():
        raise UnknownPause("There is no such pause, or it is over.")
    await due.judge_soon(conn, patient_id, now)
