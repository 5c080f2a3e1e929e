"""What the care team has to know when it calls a patient."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from gateway.patients import profiles
from gateway.patients.profiles import Entered, Profile, RiskMedication
from gateway.staff.permissions import Permission
from gateway.staff.sessions import Staff
from gateway.web.guard.context import Conn, Now, PatientInReach, allowed
from gateway.web.parts.fields import Body, Line

router = APIRouter(prefix="/patients/{patient_id}/profile", tags=["patients"])
Keeper = Annotated[Staff, Depends(allowed(Permission.KEEP_PROFILES))]


class ProfileEntry(Body):
    """All of it, as it is to hold from now on; an empty text is "not entered".

    `risk_medications` null: nobody has asked; empty: the patient takes none of these.
    """

    second_identifier: Line = ""
    phone: Line = ""
    language: Line = ""
    emergency_contact: Line = ""
    emergency_phone: Line = ""
    address: Line = ""
    risk_medications: frozenset[RiskMedication] | None = None


@router.put("", status_code=204)
async def enter(entry: ProfileEntry, conn: Conn, patient: PatientInReach, staff: Keeper, now: Now) -> None:
    """Enter a profile. The one before is kept, and no longer holds."""
    await profiles.enter(conn, staff, patient.patient_id, Profile(**dict(entry)), now)


@router.get("")
async def get(conn: Conn, patient: PatientInReach) -> Entered | None:
    """The profile, who entered it and when; null while there is none."""
    return await profiles.get(conn, patient.patient_id)
