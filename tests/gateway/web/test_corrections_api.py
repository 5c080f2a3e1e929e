"""Readings put right through the API."""

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
from tests.gateway.web.programs import items, post

HOUR = timedelta(hours=1)


async def test_a_reading_is_retracted_moved_and_put_back(sign_in: SignIn, clinic: Clinic, pool: Pool) -> None:
    await clinic.add_hub()
    patient_id = await clinic.add_patient()
    new = NewAssignment(HUB, METER.identifier, None, patient_id, NOW - 48 * HOUR, None)
    await assignments.assign(clinic.conn, clinic.staff["adam"], new, NOW)
    await clinic.conn.commit()
    await store_batch(
        pool, Registry(), [message(glucose(41.0, NOW), glucose(90.0, NOW - HOUR), hub=HUB)], NOW
    )
    ann, cleo = await sign_in("ann"), await sign_in("cleo")
    path = f"/api/patients/{patient_id}"
    newest, older = [
        {name: each[name] for name in ("source_id", "measured_at", "tie")}
        for each in await items(ann, f"{path}/readings")
    ]
    retraction = newest | {"reason": "a guest's"}
    assert (await cleo.post(f"{path}/readings/retract", json=retraction)).status_code == 404
    assert (await ann.post(f"{path}/readings/retract", json=newest)).status_code == 422
    assert (await ann.post(f"{path}/readings/retract", json=retraction)).status_code == 204
    assert (await post(ann, f"{path}/readings/retract", retraction, 409))["error"] == "already-corrected"
    moved = older | {"taken_at": (NOW - 2 * HOUR).isoformat(), "reason": "the clock"}
    assert (await ann.post(f"{path}/readings/retime", json=moved)).status_code == 204
    far = older | {
        "taken_at": (NOW - 72 * HOUR).isoformat(),
        "reason": "the clock",
        "measured_at": moved["taken_at"],
    }
    assert (await post(ann, f"{path}/readings/retime", far, 409))["error"] == "not-theirs-then"

    found = await items(ann, f"{path}/readings")
    assert [each["struck"] and each["struck"]["why"] for each in found] == ["a guest's", "the clock", None]
    [day] = await items(ann, f"{path}/series")
    assert day["vitals"]["blood_glucose"]["readings"] == 1

    _, first = (await ann.get(f"{path}/corrections")).json()
    undo = f"{path}/corrections/{first['reading_correction_id']}/withdraw"
    assert (await cleo.post(undo)).status_code == 404
    assert (await ann.post(undo)).status_code == 204
    assert (await ann.post(undo)).json()["error"] == "unknown-correction"
    [day] = await items(ann, f"{path}/series")
    assert day["vitals"]["blood_glucose"]["readings"] == 2
