"""What the care team has to know when it calls a patient: entered anew each time, what was before is kept."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from psycopg import AsyncConnection
from psycopg.rows import dict_row

from gateway.database import statements
from gateway.staff.sessions import Staff

_SQL = statements.load(__name__)


class RiskMedication(StrEnum):
    """What changes the meaning of a reading, and what is to be asked on the telephone."""

    INSULIN = "insulin"
    SULFONYLUREA = "sulfonylurea"
    ANTICOAGULANT = "anticoagulant"
    BETA_BLOCKER = "beta-blocker"


@dataclass(frozen=True)
class Profile:
    """As entered; an empty text is "not entered"."""

    second_identifier: str = ""  # beside the organisation's own number: an insurer's, a national one
    phone: str = ""
    language: str = ""
    emergency_contact: str = ""  # name, and what they are to the patient
    emergency_phone: str = ""
    address: str = ""  # where an ambulance goes
    risk_medications: frozenset[RiskMedication] | None = None  # None: nobody has asked; empty: none of these


@dataclass(frozen=True)
class Entered:
    """The profile, who entered it last and when."""

    profile: Profile
    entered_by: str
    entered_at: datetime


async def enter(conn: AsyncConnection, by: Staff, patient_id: int, profile: Profile, now: datetime) -> None:
    """From now on this holds. Whether the patient is within reach is asked before."""
    medications = profile.risk_medications
    row = {
        **{field.name: getattr(profile, field.name) for field in fields(Profile)},
        "risk_medications": None if medications is None else sorted(medications),
        "patient_id": patient_id,
        "staff_id": by.staff_id,
        "now": now,
    }
    await conn.execute(_SQL["enter_profile"], row)


async def get(conn: AsyncConnection, patient_id: int) -> Entered | None:
    """What holds; None while nothing was entered. Whether the patient is within reach is asked before."""
    async with conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_SQL["current_profile"], {"patient_id": patient_id})
        row = await cursor.fetchone()
    if row is None:
        return None
    entered_by, entered_at = row.pop("entered_by"), row.pop("entered_at")
    if row["risk_medications"] is not None:
        row["risk_medications"] = frozenset(map(RiskMedication, row["risk_medications"]))
    return Entered(Profile(**row), entered_by, entered_at)
