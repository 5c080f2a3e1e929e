"""The API as programs use it, against the real database."""

from __future__ import annotations

import json
from datetime import timedelta

from gateway.database.pool import Pool
from gateway.evaluation.evaluate import evaluate_once
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.rules import load_shipped
from tests.gateway.ward import METER, glucose, message
from tests.gateway.web.clinic import HUB, NOW, Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.programs import items, post

PATIENT = {
    "identifier": "P-7",
    "family_name": 'O\'Brien <b>"Mo"</b>',
    "given_name": "مريم",
    "birth_date": "1951-05-04",
    "time_zone": "Europe/Berlin",
    "programmes": ["diabetes"],
}
ASSIGNMENT = {
    "hub": HUB,
    "device_identifier": METER.identifier,
    "user": None,
    "since": "2026-01-01T00:00:00Z",
}


async def test_a_reading_of_nobody_becomes_the_patients_and_a_task(
    sign_in: SignIn, clinic: Clinic, pool: Pool
) -> None:
    adam, ann = await sign_in("adam"), await sign_in("ann")
    await clinic.add_hub()
    readings = [glucose(value, NOW - timedelta(hours=value)) for value in (40.0, 90.0, 91.0, 92.0)]
    await store_batch(pool, Registry(), [message(*readings, hub=HUB)], NOW)
    [source] = await items(ann, "/api/sources", unassigned=True)
    assert (source["device_identifier"], source["unassigned_readings"]) == (METER.identifier, 4)

    patient_id = (await post(adam, "/api/patients", PATIENT, 201))["patient_id"]
    await post(adam, "/api/assignments", ASSIGNMENT | {"patient_id": patient_id}, 201)
    assert await items(ann, "/api/sources", unassigned=True) == []
    waiting = (await ann.get("/api/waiting")).json()
    assert waiting["due"] >= 1
    while await evaluate_once(pool, load_shipped(), NOW):
        pass
    assert (await ann.get("/api/waiting")).json() == {"due": 0, "oldest_since": None}

    [task] = await items(ann, "/api/tasks")
    details = (await ann.get(f"/api/tasks/{task['task_id']}")).json()
    assert [each["reading"]["values"] for each in details["evidence"]] == [
        {"blood_glucose": {"value": 40.0, "unit": "mg/dL"}}
    ]
    stored = await items(ann, f"/api/patients/{patient_id}/readings", limit=1)
    assert [each["values"]["blood_glucose"]["value"] for each in stored] == [40.0, 90.0, 91.0, 92.0]


async def test_reach_ends_at_the_care_team(sign_in: SignIn, clinic: Clinic) -> None:
    patient_id = await clinic.add_patient(team=clinic.north)
    task_id = await clinic.add_task(patient_id)
    cleo, adam = await sign_in("cleo"), await sign_in("adam")
    for path in (
        f"/api/patients/{patient_id}",
        f"/api/patients/{patient_id}/readings",
        f"/api/patients/{patient_id}/events",
        f"/api/tasks/{task_id}",
        f"/tasks/{task_id}",
    ):
        assert (await cleo.get(path)).status_code == 404
        assert (await adam.get(path)).status_code == 200
    assert await items(cleo, "/api/tasks", status="all") == await items(cleo, "/api/patients") == []
    refused = await post(cleo, f"/api/tasks/{task_id}/claim", {"version": 1}, 404)
    assert refused["error"] == "unknown-task"
    assert "Miller" not in (await cleo.get("/")).text


async def test_an_administrator_reaches_no_other_organisation(sign_in: SignIn, clinic: Clinic) -> None:
    other = await Clinic.open_other(clinic.conn)
    patient_id = await other.add_patient()
    await other.add_hub("elsewhere")
    adam = await sign_in("adam")
    assert (await adam.get(f"/api/patients/{patient_id}")).status_code == 404
    assert await items(adam, "/api/hubs") == []
    assert (await adam.post("/api/hubs/elsewhere/password")).status_code == 404
    refused = await post(adam, "/api/hubs", {"name": "elsewhere"}, 409)
    assert refused["error"] == "hub-exists"
    mine = await clinic.add_patient()
    body = ASSIGNMENT | {"hub": "elsewhere", "patient_id": mine}
    assert (await post(adam, "/api/assignments", body, 404))["error"] == "unknown-hub"


async def test_a_nurse_sets_nothing_up_and_reads_no_payload(sign_in: SignIn, clinic: Clinic) -> None:
    ann = await sign_in("ann")
    body = ASSIGNMENT | {"patient_id": await clinic.add_patient()}
    for path, sent in (
        ("/api/patients", PATIENT),
        ("/api/assignments", body),
        ("/api/hubs", {"name": "home-9"}),
    ):
        assert (await post(ann, path, sent, 403))["error"] == "not-permitted"
    assert (await ann.get("/api/quarantine/1")).status_code == 403


async def test_what_conflicts_is_said(sign_in: SignIn, clinic: Clinic) -> None:
    adam = await sign_in("adam")
    await clinic.add_hub()
    patient_id = (await post(adam, "/api/patients", PATIENT, 201))["patient_id"]
    assert (await post(adam, "/api/patients", PATIENT, 409))["error"] == "patient-exists"
    body = ASSIGNMENT | {"patient_id": patient_id, "until": "2026-02-01T00:00:00Z"}
    await post(adam, "/api/assignments", body, 201)
    assert (await post(adam, "/api/assignments", body, 409))["error"] == "assignment-overlaps"
    for since in ("2026-02-01T00:00:00Z", "2026-03-01T00:00:00+01:00"):
        refused = await post(adam, "/api/assignments", body | {"since": since}, 422)
        assert refused["error"] == "period-ends-first"
    await post(adam, "/api/assignments", body | {"since": "2026-02-01T00:00:00Z", "until": None}, 201)
    programme = PATIENT | {"identifier": "P-8", "programmes": ["astrology"]}
    refused = await post(adam, "/api/patients", programme, 422)
    assert refused == {
        "error": "unknown-programme",
        "detail": "Known programmes are diabetes, diabetes-low-risk, general, heart-failure, hypertension.",
    }
    unborn = PATIENT | {"identifier": "P-8", "birth_date": "2026-03-03"}
    assert (await post(adam, "/api/patients", unborn, 422))["error"] == "not-born-yet"
    child = PATIENT | {"identifier": "P-8", "birth_date": "2015-03-03"}
    refused = await post(adam, "/api/patients", child, 422)
    assert (refused["error"], "18 years" in refused["detail"]) == ("programme-for-adults", True)
    await post(adam, "/api/patients", child | {"programmes": []}, 201)
    team = PATIENT | {"identifier": "P-9", "care_team_id": 2**31 - 1}
    assert (await post(adam, "/api/patients", team, 404))["error"] == "unknown-care-team"


async def test_whoever_turns_18_is_an_adult_from_midnight_where_they_live(sign_in: SignIn) -> None:
    adam = await sign_in("adam")
    for zone, is_second_of_march in (("Pacific/Auckland", True), ("Europe/Berlin", False)):
        entry = PATIENT | {"identifier": zone, "time_zone": zone, "birth_date": "2008-03-02"}
        await post(adam, "/api/patients", entry, 201 if is_second_of_march else 422)
        entry |= {"identifier": f"{zone} too", "programmes": []}
        made = await post(adam, "/api/patients", entry, 201)
        attached = await adam.put(f"/api/patients/{made['patient_id']}/programmes/hypertension", json={})
        assert attached.is_success == is_second_of_march
        newborn = entry | {"identifier": f"{zone} anew", "birth_date": "2026-03-02"}
        await post(adam, "/api/patients", newborn, 201 if is_second_of_march else 422)


async def test_unusable_input_is_refused_without_being_repeated(sign_in: SignIn, clinic: Clinic) -> None:
    adam = await sign_in("adam")
    for key, value in (
        ("identifier", "a\x00b"),
        ("family_name", ""),
        ("family_name", "x" * 251),
        ("given_name", "\ud800"),
        ("birth_date", "1951-02-30"),
        ("time_zone", "Mars/Olympus"),
        ("programmes", "diabetes"),
        ("surprise", "secret"),
    ):
        answer = await adam.post(
            "/api/patients",
            content=json.dumps(PATIENT | {key: value}),
            headers={"content-type": "application/json"},
        )
        assert answer.status_code == 422, (key, answer.text)
        assert answer.json()["error"] == "invalid-request"
        assert key in answer.json()["detail"]
        assert "secret" not in answer.text
    for path in (
        "/api/patients/0",
        "/api/patients/99999999999",
        "/api/tasks/x",
        "/api/quarantine/99999999999999999999",
        "/api/tasks?limit=0",
        "/api/tasks?cursor=%00",
        "/api/tasks?cursor=W10=",
        "/api/tasks?cursor=WzAsIjIwMjYtMDEtMDFUMDA6MDA6MDBaIiw5OTk5OTk5OTk5OV0=",
        "/?cursor=nonsense",
    ):
        assert (await adam.get(path)).status_code == 422, path
    patient_id = await clinic.add_patient()
    naive = await adam.get(f"/api/patients/{patient_id}/readings?since=2026-01-01T00:00:00")
    assert naive.status_code == 422
    assert (await adam.get("/api/nothing")).json() == {"error": "not-found", "detail": "Not Found."}
    assert (await adam.patch("/api/tasks")).json()["error"] == "method-not-allowed"


async def test_histories_page_through_assignments(sign_in: SignIn, clinic: Clinic, pool: Pool) -> None:
    adam = await sign_in("adam")
    await clinic.add_hub()
    first, second = await clinic.add_patient("P-1"), await clinic.add_patient("P-2")
    handed_over = NOW - timedelta(days=5)
    for patient_id, since, until in (
        (first, NOW - timedelta(days=30), handed_over),
        (second, handed_over, None),
    ):
        body = ASSIGNMENT | {
            "patient_id": patient_id,
            "since": since.isoformat(),
            "until": until.isoformat() if until else None,
        }
        await post(adam, "/api/assignments", body, 201)
    readings = [glucose(100.0 + day, NOW - timedelta(days=day)) for day in range(10)]
    await store_batch(pool, Registry(), [message(*readings, hub=HUB)], NOW)
    for patient_id, days in ((second, range(6)), (first, range(6, 10))):
        found = await items(adam, f"/api/patients/{patient_id}/readings", limit=2)
        times = [each["measured_at"] for each in found]
        assert times == [(NOW - timedelta(days=day)).isoformat().replace("+00:00", "Z") for day in days]
    span = {"since": (NOW - timedelta(days=3)).isoformat(), "until": NOW.isoformat()}
    assert len(await items(adam, f"/api/patients/{second}/readings", **span)) == 3


async def test_ready_only_while_the_database_is_there_and_migrated(sign_in: SignIn, clinic: Clinic) -> None:
    ann = await sign_in("ann")
    assert (await ann.get("/livez")).status_code == (await ann.get("/readyz")).status_code == 200
    await clinic.conn.execute("UPDATE migration SET content = content || ' '")
    await clinic.conn.commit()
    answer = await ann.get("/readyz")
    assert (answer.status_code, answer.json()["error"]) == (503, "migration-changed")


async def test_the_description_holds_every_path_and_error(sign_in: SignIn) -> None:
    document = (await (await sign_in("ann")).get("/openapi.json")).json()
    assert "/api/tasks/{task_id}/complete" in document["paths"]
    assert not [path for path in document["paths"] if not path.startswith(("/api/", "/livez", "/readyz"))]
    claim = document["paths"]["/api/tasks/{task_id}/complete"]["post"]["responses"]
    for status in ("401", "409", "422"):
        assert claim[status]["content"]["application/json"]["schema"]["$ref"].endswith("/Problem")
