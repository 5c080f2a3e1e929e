"""Adherence through the API."""

from __future__ import annotations

from datetime import timedelta

from gateway.patients import schedules
from tests.gateway.web.clinic import NOW, Clinic
from tests.gateway.web.conftest import SignIn


async def test_days_missed_within_reach(sign_in: SignIn, clinic: Clinic) -> None:
    patient_id = await clinic.add_patient()
    await schedules.set_schedule(
        clinic.conn,
        clinic.staff["adam"],
        patient_id,
        programme="hypertension",
        vital="systolic_bp",
        every_hours=24,
        now=NOW - timedelta(days=3),
    )
    await clinic.conn.commit()
    path = f"/api/patients/{patient_id}/adherence"
    ann, cleo = await sign_in("ann"), await sign_in("cleo")
    [found] = (await ann.get(path, params={"days": 4})).json()
    assert (found["vital"], found["kept"], found["expected"]) == ("systolic_bp", 0, 2)
    assert found["days"][-1] == {"day": "2026-03-01", "readings": 0, "state": "open"}
    for refused in ({"days": 0}, {"days": 367}, {"until": "0001-01-02"}):
        assert (await ann.get(path, params=refused)).status_code == 422
    assert (await cleo.get(path)).status_code == 404
