"""Numbers of a patient's own that rules hold values against, such as a dry weight. What was before is kept.

Whether the patient is within reach is asked before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg import AsyncConnection
from psycopg.rows import class_row

from gateway.database import statements
from gateway.errors import Refused
from gateway.patients import due
from gateway.patients.limit_store import require_clinician
from gateway.rules.tables.trends import PERSONAL
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)


class NumberRefused(Refused):
    """A number is none that a patient can have."""


@dataclass(frozen=True)
class NewNumber:
    """What is entered; None takes the number back."""

    name: str
    value: float | None
    why: str


@dataclass(frozen=True)
class PersonalNumber:
    """A number as it was set; None took it back."""

    name: str
    value: float | None
    why: str
    set_by: str
    set_at: datetime


async def enter(conn: AsyncConnection, by: Staff, patient_id: int, new: NewNumber, *, now: datetime) -> None:
    """Set a number of the patient's own, such as a dry weight, or take it back.

    Raises NotPermitted and NumberRefused.
    """
    require_clinician(by)
    vital = PERSONAL[new.name]
    if new.value is not None and not vital.is_plausible(new.value):
        raise NumberRefused(f"It lies between {vital.low:g} and {vital.high:g} {vital.unit}.")
    row = {
        "organisation_id": by.organisation_id,
        "patient_id": patient_id,
        **vars(new),
        "staff_id": by.staff_id,
        "now": now,
    }
    await conn.execute(_SQL["set_number"], row)
    await due.judge_again(conn, [patient_id], f"The patient's {new.name.replace('_', ' ')} was changed", now)


async def of_patients(
    conn: AsyncConnection, patient_ids: Collection[int]
) -> Mapping[int, Mapping[str, float]]:
    """The numbers of each patient, by name."""
    found: dict[int, dict[str, float]] = defaultdict(dict)
    rows = await conn.execute(_SQL["numbers"], {"patient_ids": list(patient_ids)})
    for patient_id, name, value in await rows.fetchall():
        if value is not None:
            found[patient_id][name] = value
    return found


async def of_patient(conn: AsyncConnection, patient_id: int) -> list[PersonalNumber]:
    """Every number that was set, the latest first."""
    async with conn.cursor(row_factory=class_row(PersonalNumber)) as cursor:
        await cursor.execute(_SQL["numbers_of_patient"], {"patient_id": patient_id})
        return await cursor.fetchall()
