"""Whether patients measure as often as they are expected to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query

from gateway.readings import adherence
from gateway.readings.adherence import Adherence
from gateway.web.guard.context import Conn, Now, PatientInReach
from gateway.web.parts.fields import Day

router = APIRouter(prefix="/patients/{patient_id}", tags=["patients"])


@router.get("/adherence")
async def of_patient(
    conn: Conn,
    patient: PatientInReach,
    now: Now,
    *,
    days: Annotated[int, Query(ge=1, le=366)] = 30,
    until: Annotated[
        Day | None, Query(ge=date(1982, 1, 1), description="exclusive; else the patient's today is the last")
    ] = None,
) -> list[Adherence]:
    """The patient's days, vital by vital: kept, missed, in a pause, not over yet, or without a schedule."""
    end = until or now.astimezone(ZoneInfo(patient.time_zone)).date() + timedelta(days=1)
    return await adherence.of_patient(conn, patient, end - timedelta(days=days), end, now)
