"""Many patients at a glance, through the API."""

from __future__ import annotations

from datetime import timedelta

from gateway.database.pool import Pool
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.patients import assignments
from gateway.patients.assignments import NewAssignment
from tests.gateway.ward import METER, glucose, message
from tests.gateway.web.clinic import HUB, NOW, Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.programs import items


async def test_a_team_sees_its_patients_with_their_latest_values(
    sign_in: SignIn, clinic: Clinic, pool: Pool
) -> None:
    await clinic.add_hub()
    first, second = await clinic.add_patient("P-1"), await clinic.add_patient("P-2")
    theirs = await clinic.add_patient("P-3", team=clinic.south)
    new = NewAssignment(HUB, METER.identifier, None, first, NOW - timedelta(days=1), None)
    await assignments.assign(clinic.conn, clinic.staff["adam"], new, NOW)
    await clinic.conn.commit()
    await store_batch(pool, Registry(), [message(glucose(91.5, NOW), hub=HUB)], NOW)
    ann, cleo = await sign_in("ann"), await sign_in("cleo")
    found = await items(ann, "/api/panel", limit=1)
    assert [each["patient"]["patient_id"] for each in found] == [first, second]
    assert found[0]["latest"]["blood_glucose"] == {
        "value": 91.5,
        "unit": "mg/dL",
        "measured_at": "2026-03-01T12:00:00Z",
        "flags": [],
    }
    assert found[1]["latest"] == {}
    assert [each["patient"]["patient_id"] for each in await items(cleo, "/api/panel")] == [theirs]
