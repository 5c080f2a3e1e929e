"""A patient's own limits, numbers, programmes, schedule and pauses through the API: who may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from gateway.staff.passwords import hash_password
from gateway.staff.permissions import Role
from tests.gateway.web.clinic import NOW, PASSWORD, Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.programs import post

LOW = {"rule_id": "glucose-below-54", "vital": "blood_glucose", "why": "had three hypos at night"}
NEXT_MONTH = (NOW + timedelta(days=30)).isoformat()


@pytest.fixture
async def patient(clinic: Clinic) -> str:
    password_hash = await hash_password(PASSWORD)
    for username in ("dora", "emil"):
        await clinic.hire(username, Role.CLINICIAN, clinic.north, password_hash)
    return f"/api/patients/{await clinic.add_patient()}"


async def in_force(client: httpx.AsyncClient, patient: str) -> dict[str, float]:
    found: dict[str, Any] = (await client.get(f"{patient}/limits")).json()
    return {
        each["limit"]["rule_id"]: each["own"]["value"]
        for each in found["in_force"]
        if each["own"] is not None
    }


async def test_only_clinicians_loosen(sign_in: SignIn, patient: str) -> None:
    ann, dora, adam = await sign_in("ann"), await sign_in("dora"), await sign_in("adam")
    await post(ann, f"{patient}/limits", LOW | {"value": 65}, 201)
    assert await in_force(ann, patient) == {"glucose-below-54": 65}
    for refused in (ann, adam):
        assert (await post(refused, f"{patient}/limits", LOW | {"value": 60}, 403))[
            "error"
        ] == "not-permitted"
    [own] = (await ann.get(f"{patient}/limits")).json()["history"]
    path = f"{patient}/limits/{own['personal_limit_id']}"
    assert (await ann.delete(path)).status_code == 403  # the rule's own limit is looser
    assert (await dora.delete(path)).status_code == 204
    assert await in_force(ann, patient) == {}
    [ended] = (await ann.get(f"{patient}/limits")).json()["history"]
    assert (ended["set_by"], ended["ended_by"]) == ("Ann Lee", "Dora Lee")
    assert (await dora.delete(path)).json()["error"] == "unknown-limit"


async def test_past_the_hard_floor_a_second_clinician_and_an_end_are_needed(
    sign_in: SignIn, patient: str
) -> None:
    dora, emil, ann = await sign_in("dora"), await sign_in("emil"), await sign_in("ann")
    loose = LOW | {"value": 50}
    assert (await post(dora, f"{patient}/limits", loose, 422))["error"] == "end-needed"
    made = await post(dora, f"{patient}/limits", loose | {"until": NEXT_MONTH}, 201)
    assert made["waits"]
    assert await in_force(dora, patient) == {}
    path = f"{patient}/limits/{made['personal_limit_id']}/second"
    assert (await dora.post(path)).json()["error"] == "second-person-needed"
    assert (await ann.post(path)).json()["error"] == "not-permitted"
    assert (await emil.post(path)).status_code == 204
    assert await in_force(dora, patient) == {"glucose-below-54": 50}
    assert (await emil.post(path)).json()["error"] == "unknown-limit"
    sooner = await post(ann, f"{patient}/limits", LOW | {"value": 54}, 201)
    assert not sooner["waits"]
    assert await in_force(dora, patient) == {"glucose-below-54": 54}


async def test_what_is_beyond_doubt_is_always_told(sign_in: SignIn, patient: str) -> None:
    dora = await sign_in("dora")
    for value in (40, 0, 2001):
        sent = LOW | {"value": value, "until": NEXT_MONTH}
        assert (await post(dora, f"{patient}/limits", sent, 422))["error"] == "limit-refused"
    past = LOW | {"value": 65, "until": (NOW - timedelta(days=1)).isoformat()}
    assert (await post(dora, f"{patient}/limits", past, 422))["error"] == "limit-refused"
    other = LOW | {"value": 65, "rule_id": "weight-gain-3-days"}
    assert (await post(dora, f"{patient}/limits", other, 404))["error"] == "unknown-limit"


async def test_another_team_knows_nothing(sign_in: SignIn, patient: str) -> None:
    cleo = await sign_in("cleo")
    assert (await post(cleo, f"{patient}/limits", LOW | {"value": 65}, 404))["error"] == "unknown-patient"
    for path in ("limits", "numbers", "pauses", "schedule", "circumstances"):
        assert (await cleo.get(f"{patient}/{path}")).status_code == 404


async def test_numbers_are_a_clinicians(sign_in: SignIn, patient: str) -> None:
    ann, dora = await sign_in("ann"), await sign_in("dora")
    path, entry = f"{patient}/numbers/dry_weight", {"value": 71.5, "why": "after the ward"}
    assert (await ann.put(path, json=entry)).status_code == 403
    assert (await dora.put(path, json=entry)).status_code == 204
    assert (await dora.put(path, json={"value": None, "why": "to be found anew"})).status_code == 204
    assert (await dora.put(f"{patient}/numbers/shoe_size", json=entry)).status_code == 422
    found = (await ann.get(f"{patient}/numbers")).json()
    assert [(each["value"], each["set_by"]) for each in found] == [(None, "Dora Lee"), (71.5, "Dora Lee")]


async def test_a_programme_that_is_not_for_the_patient_needs_a_clinicians_reason(
    sign_in: SignIn, patient: str
) -> None:
    dora, adam = await sign_in("dora"), await sign_in("adam")
    pregnant = f"{patient}/circumstances/not-pregnant"
    assert (await adam.put(pregnant, json={"why": "week 12"})).status_code == 403
    assert (await dora.put(pregnant, json={"why": "week 12"})).status_code == 204
    path = f"{patient}/programmes/heart-failure"
    assert (await adam.put(path, json={})).json()["error"] == "not-for-patient"
    assert (await adam.put(path, json={"reason": "all the same"})).json()["error"] == "not-permitted"
    assert (await dora.put(path, json={"reason": "weight is watched by obstetrics"})).status_code == 204
    assert "heart-failure" in (await dora.get(patient)).json()["programmes"]
    assert (await adam.put(f"{patient}/programmes/nothing", json={})).json()["error"] == "unknown-programme"
    assert (await adam.delete(path)).status_code == 403
    assert (await dora.delete(path)).status_code == 204
    assert (await dora.delete(path)).json()["error"] == "not-enrolled"
    assert (await dora.delete(pregnant)).status_code == 204
    assert (await adam.put(path, json={})).status_code == 204


async def test_a_rule_that_is_not_for_the_patient_is_left_out(sign_in: SignIn, patient: str) -> None:
    dora = await sign_in("dora")
    await dora.put(f"{patient}/programmes/general", json={})

    async def rules() -> set[str]:
        found = (await dora.get(f"{patient}/limits")).json()["in_force"]
        return {each["limit"]["rule_id"] for each in found}

    assert "spo2-91-or-less" in await rules()
    await dora.put(f"{patient}/circumstances/no-hypercapnic-lung-disease", json={"why": "COPD, GOLD 4"})
    assert "spo2-91-or-less" not in await rules()
    reason = {"reason": "her target is 94 %"}
    assert (await dora.put(f"{patient}/programmes/general", json=reason)).status_code == 204
    assert "spo2-91-or-less" in await rules()


async def test_the_safety_net_is_taken_off_by_a_clinician_who_says_why(sign_in: SignIn, patient: str) -> None:
    ann, dora = await sign_in("ann"), await sign_in("dora")
    net = f"{patient}/circumstances/safety-net"

    async def rules() -> set[str]:
        found = (await dora.get(f"{patient}/limits")).json()["in_force"]
        return {each["limit"]["rule_id"] for each in found}

    assert "systolic-90-or-less" in await rules()
    assert not any(each.startswith("critical-") for each in await rules()), "nobody sets those"
    assert (await ann.put(net, json={"why": "in hospice care"})).status_code == 403
    assert (await dora.put(net, json={})).status_code == 422
    assert (await dora.put(net, json={"why": "in hospice care"})).status_code == 204
    assert "systolic-90-or-less" not in await rules()
    assert "glucose-below-54" in await rules()
    [marked] = (await dora.get(f"{patient}/circumstances")).json()
    assert (marked["requirement"], marked["why"], marked["set_by"]) == (
        "safety-net",
        "in hospice care",
        "Dora Lee",
    )
    assert (await dora.delete(net)).status_code == 204
    assert "systolic-90-or-less" in await rules()


async def test_a_schedule_and_pauses(sign_in: SignIn, patient: str) -> None:
    ann = await sign_in("ann")
    path = f"{patient}/schedule/diabetes/blood_glucose"
    assert (await ann.put(path, json={"every_hours": 12})).status_code == 204
    assert (await ann.put(path, json={"every_hours": 8})).status_code == 204
    not_in = f"{patient}/schedule/heart-failure/body_weight"
    assert (await ann.put(not_in, json={"every_hours": 24})).json()["error"] == "not-enrolled"
    [scheduled] = (await ann.get(f"{patient}/schedule")).json()
    assert (scheduled["every_hours"], scheduled["set_by"]) == (8, "Ann Lee")
    assert (await ann.put(path, json={"every_hours": None})).status_code == 204
    [none] = (await ann.get(f"{patient}/schedule")).json()
    assert (none["every_hours"], none["set_by"], none["by_programme"]) == (None, "Ann Lee", False)
    assert "no blood glucose (set by Ann Lee)" in (await ann.get(patient.removeprefix("/api"))).text

    holiday = {"kind": "holiday", "begins_at": (NOW - timedelta(days=1)).isoformat(), "ends_at": NEXT_MONTH}
    backwards = holiday | {"ends_at": (NOW - timedelta(days=2)).isoformat()}
    assert (await post(ann, f"{patient}/pauses", backwards, 422))["error"] == "period-ends-first"
    away = await post(ann, f"{patient}/pauses", holiday, 201)
    assert (await ann.delete(f"{patient}/pauses/{away['pause_id']}")).status_code == 204
    assert (await ann.delete(f"{patient}/pauses/{away['pause_id']}")).json()["error"] == "unknown-pause"
    [ended] = (await ann.get(f"{patient}/pauses")).json()
    assert (ended["ends_at"], ended["ended_by"]) == ("2026-03-01T12:00:00Z", "Ann Lee")


NEW = {
    "identifier": "P-9",
    "family_name": "Doe",
    "given_name": "Jo",
    "birth_date": "1950-01-01",
    "time_zone": "Europe/Berlin",
    "programmes": ["diabetes", "hypertension"],
}


async def enrol(client: httpx.AsyncClient, **more: object) -> tuple[str, dict[str, float | None]]:
    """The patient's page, and the hours of the schedule by vital."""
    made = await post(client, "/api/patients", NEW | more, 201)
    found = (await client.get(f"/api/patients/{made['patient_id']}/schedule")).json()
    page = (await client.get(f"/patients/{made['patient_id']}")).text
    return page, {each["vital"]: each["every_hours"] for each in found}


async def test_enrolment_takes_the_programmes_schedule_unless_another_is_entered(
    sign_in: SignIn, clinic: Clinic
) -> None:
    adam = await sign_in("adam")
    page, hours = await enrol(adam)
    assert hours == {"blood_glucose": 24, "systolic_bp": 24}
    assert "Expected: blood glucose every 24 h, blood pressure every 24 h" in page

    weekly = {"programme": "hypertension", "vital": "systolic_bp", "every_hours": 168}
    page, hours = await enrol(adam, identifier="P-10", schedule=[weekly])
    assert hours == {"blood_glucose": None, "systolic_bp": 168}
    assert "Expected: blood pressure every 7 days, no blood glucose (set by Adam Lee)" in page

    page, hours = await enrol(adam, identifier="P-11", schedule=[])
    assert hours == {"blood_glucose": None, "systolic_bp": None}
    assert "Expected: no blood glucose (set by Adam Lee), no blood pressure (set by Adam Lee)" in page

    page, hours = await enrol(adam, identifier="P-12", programmes=["general"])
    assert hours == {}
    assert "No measurements expected: no task is raised if none arrive" in page

    stray = weekly | {"programme": "heart-failure"}
    refused = await post(adam, "/api/patients", NEW | {"identifier": "P-13", "schedule": [stray]}, 404)
    assert refused["error"] == "not-enrolled"


async def test_a_programme_that_is_attached_brings_its_schedule(sign_in: SignIn, patient: str) -> None:
    dora = await sign_in("dora")
    assert (await dora.put(f"{patient}/programmes/heart-failure", json={})).status_code == 204
    [scheduled] = (await dora.get(f"{patient}/schedule")).json()
    assert (scheduled["vital"], scheduled["every_hours"]) == ("body_weight", 24)
    assert scheduled["by_programme"]
    assert (await dora.delete(f"{patient}/programmes/heart-failure")).status_code == 204
    assert (await dora.get(f"{patient}/schedule")).json() == []
