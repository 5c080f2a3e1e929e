"""What the care team has to know when it calls a patient."""

from __future__ import annotations

from fastapi import APIRouter

from gateway.patients import profiles
from gateway.patients.profiles import Entered, Profile
from gateway.web.guard.context import Conn, Now, PatientInReach
from gateway.web.patients.entries import Keeper, ProfileEntry

router = APIRouter(prefix="/patients/{patient_id}/profile", tags=["patients"])


@router.put("", status_code=204)
async def enter(entry: ProfileEntry, conn: Conn, patient: PatientInReach, staff: Keeper, now: Now) -> None:
    """Enter a profile. The one before is kept, and no longer holds."""
    await profiles.enter(conn, staff, patient.patient_id, Profile(**dict(entry)), now)


@router.get("")
async def get(conn: Conn, patient: PatientInReach) -> Entered | None:
    """The profile, who entered it and when; null while there is none."""
    return await profiles.get(conn, patient.patient_id)
