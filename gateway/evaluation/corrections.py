"""Readings that staff found wrong: retracted, or moved to when they were taken. They stay as they came.

One transaction under the patient's lock, as for assignments: nobody sees a task that rests on a reading that
is retracted. Whether the patient is within reach is asked before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import class_row

from gateway.database import statements
from gateway.errors import Conflict, Refused, Unknown
from gateway.evaluation import retraction
from gateway.patients import due
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)


class UnknownReading(Unknown):
    """There is no such reading of this patient."""


class AlreadyCorrected(Conflict):
    """Somebody has corrected this reading before."""


class NotTheirsThen(Conflict):
    """The device was not the patient's at that time."""


class TakenAfterItCame(Refused):
    """A reading was taken before it was received."""


class MomentTaken(Conflict):
    """There is another reading of the device for that moment."""


class UnknownCorrection(Unknown):
    """There is no such retraction of this patient's, or it was withdrawn."""


class CorrectedReading(NamedTuple):
    """Which stored reading."""

    source_id: int
    measured_at: datetime
    tie: int


@dataclass(frozen=True)
class Correction:
    """What was wrong with a reading. `taken_at` None: it was retracted; else it stands there as a copy."""

    reading_correction_id: int
    source_id: int
    measured_at: datetime
    tie: int
    taken_at: datetime | None
    why: str
    corrected_by: str
    corrected_at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None


async def retract(
    conn: AsyncConnection, by: Staff, patient_id: int, key: CorrectedReading, *, why: str, now: datetime
) -> None:
    """The reading counts no longer. Raises UnknownReading and AlreadyCorrected."""
    row = _row(by, patient_id, key, why, now) | {"note": f"A reading was retracted: {why}"}
    await retraction.lock_patients(conn, [patient_id])
    await _received_at(conn, row)
    await _correct(conn, row)


async def confirm(
    conn: AsyncConnection, by: Staff, patient_id: int, key: CorrectedReading, *, why: str, now: datetime
) -> None:
    """The reading is the patient's, whatever is doubted. Raises UnknownReading and AlreadyCorrected."""
    row = _row(by, patient_id, key, why, now)
    await retraction.lock_patients(conn, [patient_id])
    await _received_at(conn, row)
    if (await conn.execute(_SQL["confirm"], row)).rowcount == 0:
        raise AlreadyCorrected("Somebody has corrected this reading before.")
    await conn.execute(_SQL["make_due"], row)
    await due.judge_again(
        conn, [patient_id], f"Somebody has said that a reading is the patient's: {why}", now
    )


async def retime(
    conn: AsyncConnection,
    by: Staff,
    patient_id: int,
    key: CorrectedReading,
    taken_at: datetime,
    *,
    why: str,
    now: datetime,
) -> None:
    """The reading counts for when it was taken.

    Raises UnknownReading, AlreadyCorrected, TakenAfterItCame, NotTheirsThen and MomentTaken.
    """
    row = _row(by, patient_id, key, why, now) | {
        "taken_at": taken_at,
        "affected_from": min(key.measured_at, taken_at),
        "note": f"A reading was taken at another time: {why}",
    }
    await retraction.lock_patients(conn, [patient_id])
    if taken_at > await _received_at(conn, row):
        raise TakenAfterItCame("A reading was taken before it was received.")
    if await (await conn.execute(_SQL["is_theirs_at"], row)).fetchone() != (True,):
        raise NotTheirsThen("The device was not the patient's at that time: change the assignment instead.")
    await _correct(conn, row)
    if (await conn.execute(_SQL["copy_to_its_time"], row)).rowcount == 0:
        raise MomentTaken("There is another reading of the device for that moment.")


async def withdraw(
    conn: AsyncConnection, by: Staff, patient_id: int, correction_id: int, now: datetime
) -> None:
    """A retracted reading was right after all: it counts again. Raises UnknownCorrection."""
    row = {
        "reading_correction_id": correction_id,
        "patient_id": patient_id,
        "staff_id": by.staff_id,
        "now": now,
    }
    await retraction.lock_patients(conn, [patient_id])
    found = await (await conn.execute(_SQL["withdraw"], row)).fetchone()
    if found is None:
        raise UnknownCorrection("There is no such retraction of this patient's, or it was withdrawn.")
    source_id, measured_at = found
    await conn.execute(_SQL["make_due"], row | {"source_id": source_id, "affected_from": measured_at})


async def of_patient(conn: AsyncConnection, patient_id: int) -> list[Correction]:
    """All corrections of the patient's readings, the latest first."""
    async with conn.cursor(row_factory=class_row(Correction)) as cursor:
        await cursor.execute(_SQL["of_patient"], {"patient_id": patient_id})
        return await cursor.fetchall()


def _row(by: Staff, patient_id: int, key: CorrectedReading, why: str, now: datetime) -> dict[str, Any]:
    return {
        **key._asdict(),
        "organisation_id": by.organisation_id,
        "patient_id": patient_id,
        "taken_at": None,
        "affected_from": key.measured_at,
        "staff_id": by.staff_id,
        "why": why,
        "now": now,
    }


async def _received_at(conn: AsyncConnection, row: dict[str, Any]) -> datetime:
    found = await (await conn.execute(_SQL["find_reading"], row)).fetchone()
    if found is None:
        raise UnknownReading("There is no such reading of this patient.")
    received_at: datetime = found[0]
    return received_at


async def _correct(conn: AsyncConnection, row: dict[str, Any]) -> None:
    """Keep the correction, take back what people were told of the reading, and have the rest judged again."""
    found = await (await conn.execute(_SQL["correct"], row)).fetchone()
    if found is None:
        raise AlreadyCorrected("Somebody has corrected this reading before.")
    row = row | {"reading_correction_id": found[0]}
    await conn.execute(_SQL["make_due"], row)
    gone = await (await conn.execute(_SQL["set_evidence_aside"], row)).fetchall()
    await retraction.retract_findings(conn, gone, row)
