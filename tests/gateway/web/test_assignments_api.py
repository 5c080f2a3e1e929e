"""Assignments put right through the API."""

from __future__ import annotations

from datetime import timedelta

from gateway.database.pool import Pool
from gateway.evaluation.evaluate import evaluate_once
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.patients import assignments
from gateway.patients.assignments import NewAssignment
from gateway.rules import load_shipped
from tests.gateway.ward import METER, glucose, message
from tests.gateway.web.clinic import HUB, NOW, Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.programs import items, post

ASSIGNMENT = {
    "hub": HUB,
    "device_identifier": METER.identifier,
    "user": None,
    "since": "2026-01-01T00:00:00Z",
}


async def test_a_meter_given_to_the_wrong_patient(sign_in: SignIn, clinic: Clinic, pool: Pool) -> None:
    adam, ann = await sign_in("adam"), await sign_in("ann")
    await clinic.add_hub()
    wrong, right = await clinic.add_patient("P-1"), await clinic.add_patient("P-2")
    made = await post(adam, "/api/assignments", ASSIGNMENT | {"patient_id": wrong}, 201)
    path = f"/api/assignments/{made['assignment_id']}"
    await store_batch(pool, Registry(), [message(glucose(41.0, NOW), hub=HUB)], NOW)
    while await evaluate_once(pool, load_shipped(), NOW):
        pass
    [task] = await items(ann, "/api/tasks")

    swapped = {"patient_id": right, "reason": "two boxes were swapped"}
    assert (await ann.patch(path, json=swapped)).json()["error"] == "not-permitted"
    assert (await adam.patch(path, json={"patient_id": right})).status_code == 422
    assert (await adam.patch(path, json=swapped)).status_code == 204
    assert await items(ann, "/api/tasks") == []
    details = (await ann.get(f"/api/tasks/{task['task_id']}")).json()
    assert details["task"]["status"] == "entered-in-error"
    assert details["evidence"] == []
    assert details["transitions"][-1]["staff_name"] == "Adam Lee"
    assert "two boxes were swapped" in details["transitions"][-1]["note"]
    page = (await ann.get(f"/tasks/{task['task_id']}")).text
    assert "entered in error" in page
    assert "two boxes were swapped" in page
    while await evaluate_once(pool, load_shipped(), NOW):
        pass
    assert [each["patient_id"] for each in await items(ann, "/api/tasks")] == [right]
    before, after = [
        (await ann.get(f"/api/patients/{patient_id}/assignments")).json() for patient_id in (wrong, right)
    ]
    assert (before["items"], [each["why"] for each in before["changes"]]) == ([], ["two boxes were swapped"])
    [now_right] = after["items"]
    assert (now_right["device_identifier"], now_right["until"]) == (METER.identifier, None)


async def test_an_assignment_ends_and_is_withdrawn(sign_in: SignIn, clinic: Clinic) -> None:
    adam = await sign_in("adam")
    await clinic.add_hub()
    patient_id = await clinic.add_patient()
    made = await post(adam, "/api/assignments", ASSIGNMENT | {"patient_id": patient_id}, 201)
    path = f"/api/assignments/{made['assignment_id']}"
    until = (NOW - timedelta(days=1)).isoformat()
    assert (await adam.patch(path, json={"until": until, "reason": "given back"})).status_code == 204
    early = {"until": "2025-01-01T00:00:00Z", "reason": "a slip"}
    assert (await adam.patch(path, json=early)).json()["error"] == "period-ends-first"
    ancient = {"since": "0001-01-01T00:00:00Z", "until": None, "reason": "a slip"}
    assert (await adam.patch(path, json=ancient)).json()["error"] == "invalid-request"
    [ended] = (await adam.get(f"/api/patients/{patient_id}/assignments")).json()["items"]
    assert (ended["since"], ended["until"]) == ("2026-01-01T00:00:00Z", "2026-02-28T12:00:00Z")
    assert (await adam.post(f"{path}/withdraw", json={"reason": "never worn"})).status_code == 204
    assert (await post(adam, f"{path}/withdraw", {"reason": "again"}, 404))["error"] == "unknown-assignment"
    found = (await adam.get(f"/api/patients/{patient_id}/assignments")).json()
    assert found["items"] == []
    assert [each["why"] for each in found["changes"]] == ["never worn", "given back"]


async def test_assignments_of_others_are_out_of_reach(sign_in: SignIn, clinic: Clinic) -> None:
    other = await Clinic.open_other(clinic.conn)
    await other.add_hub("elsewhere")
    theirs = await other.add_patient()
    new = NewAssignment("elsewhere", METER.identifier, None, theirs, NOW, None)
    await assignments.assign(clinic.conn, other.staff["olga"], new, NOW)
    await clinic.conn.commit()
    adam = await sign_in("adam")
    refused = await post(adam, "/api/assignments/1/withdraw", {"reason": "mine now"}, 404)
    assert refused["error"] == "unknown-assignment"
    assert (await adam.patch("/api/assignments/1", json={"reason": "mine now"})).status_code == 404
    assert (await adam.get(f"/api/patients/{theirs}/assignments")).status_code == 404
