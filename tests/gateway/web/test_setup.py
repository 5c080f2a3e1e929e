"""The set-up pages as people use them: forms, what is wrong beside the field, and what came of it."""

from __future__ import annotations

import json
import re
from datetime import timedelta

from gateway.database.pool import Pool
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from tests.gateway.ward import METER, glucose, message
from tests.gateway.web.clinic import HUB, NOW, Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.forms import faults, page, rows, send

STRANGE = 'O\'Brien <b>"Mo"</b> مريم'
PATIENT = {
    "identifier": "P-7",
    "family_name": STRANGE,
    "given_name": "Grace",
    "birth_date": "1951-05-04",
    "time_zone": "Europe/Berlin",
    "programmes": ["diabetes", "hypertension"],
    "phone": "+49 30 1234",
}


async def test_a_patient_is_enrolled_with_what_the_team_has_to_know(sign_in: SignIn, clinic: Clinic) -> None:
    adam = await sign_in("adam")
    location = await send(adam, "/setup/patients/new", 303, **PATIENT, medications=["insulin"])
    patient_id = location.removeprefix("/patients/")
    patient = (await adam.get(f"/api{location}")).json()
    assert (patient["family_name"], patient["programmes"]) == (STRANGE, ["diabetes", "hypertension"])
    profile = (await adam.get(f"/api{location}/profile")).json()["profile"]
    assert (profile["phone"], profile["risk_medications"]) == ("+49 30 1234", ["insulin"])
    assert await rows(clinic, "SELECT vital, every_hours FROM schedule ORDER BY vital") == [
        ("blood_glucose", 24),
        ("systolic_bp", 24),
    ]
    assert (int(patient_id), "done") in [
        (patients[0], outcome)
        for patients, outcome in await rows(clinic, "SELECT patient_ids, outcome FROM access")
    ]


async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    sign_in: SignIn, clinic: Clinic
) -> None:
    adam = await sign_in("adam")
    await clinic.add_patient("P-7")
    wrong = PATIENT | {"birth_date": "soon", "given_name": " ", "time_zone": "Mars/Olympus"}
    text = await send(adam, "/setup/patients/new", 422, **wrong)
    assert faults(text) == [
        "Please fill this in.",
        "A date, such as 1951-05-04.",
        "Choose a time zone of the list, such as Europe/Berlin.",
    ]
    assert "O&#39;Brien &lt;b&gt;" in text
    assert 'value="diabetes" checked' in text
    assert faults(await send(adam, "/setup/patients/new", 422, **PATIENT)) == [
        "The organisation has a patient with that identifier."
    ]
    child = PATIENT | {"identifier": "P-8", "birth_date": "2020-05-04"}
    assert len(faults(await send(adam, "/setup/patients/new", 422, **child))) == 1
    assert len(await rows(clinic, "SELECT FROM patient")) == 1


async def test_readings_of_nobody_get_their_patient(sign_in: SignIn, clinic: Clinic, pool: Pool) -> None:
    adam = await sign_in("adam")
    await clinic.add_hub()
    patient_id = await clinic.add_patient()
    await store_batch(pool, Registry(), [message(glucose(90.0, NOW - timedelta(days=2)), hub=HUB)], NOW)
    [form] = re.findall(r'href="(/setup/devices/assign\?source_id=\d+)"', await page(adam, "/setup/devices"))
    assert METER.identifier in await page(adam, form)
    assignment = {"hub": HUB, "device_identifier": METER.identifier, "since": "first"}
    assert faults(await send(adam, form, 422, **assignment, patient="P-99")) == [
        "There is no patient of this number, or not for you."
    ]
    timed = assignment | {"since": "time", "patient": "P-1"}
    assert faults(await send(adam, form, 422, **timed)) == ["Please fill this in, or choose otherwise."]
    assert await send(adam, form, 303, **assignment, patient="P-1") == f"/patients/{patient_id}"
    assert "Every reading belongs to a patient." in await page(adam, "/setup/devices")


async def test_limits_are_set_with_a_reason_by_those_who_may(sign_in: SignIn, clinic: Clinic) -> None:
    ann = await sign_in("ann")
    address = f"/setup/patients/{await clinic.add_patient()}/limits"
    links = re.findall(rf'href="({address}/[^"]+)"', await page(ann, address))
    form = next(link for link in links if "systolic" in link)
    before = float(re.findall(r'name="value"[^>]* value="([^"]+)"', await page(ann, form))[0])
    assert faults(await send(ann, form, 422, value="much")) == [
        "A number, such as 135 or 82.5.",
        "Please fill this in.",
    ]
    loosened = await send(ann, form, 422, value=f"{before + 1}", why="White coat")
    assert "Only a clinician can loosen" in loosened
    assert await send(ann, form, 303, value=f"{before - 5}", why="After the stroke") == address
    assert "After the stroke" in await page(ann, address)


async def test_a_pause_is_entered_in_days_of_the_patient_and_ended(sign_in: SignIn, clinic: Clinic) -> None:
    ann = await sign_in("ann")
    patient_id = await clinic.add_patient()
    address = f"/setup/patients/{patient_id}/pauses"
    backwards = {"kind": "holiday", "first_day": "2026-03-05", "last_day": "2026-03-03"}
    assert faults(await send(ann, address, 422, **backwards)) == ["A pause ends after it begins."]
    await send(ann, address, 303, kind="holiday", first_day="2026-02-27", last_day="2026-03-05")
    [(begins, ends)] = await rows(clinic, "SELECT begins_at::text, ends_at::text FROM pause")
    assert (begins, ends) == ("2026-02-26 23:00:00+00", "2026-03-05 23:00:00+00")
    text = await page(ann, address)
    assert "Fri 27 Feb<" in text
    assert "the end of Thu 5 Mar<" in text
    away = "On holiday since Fri 27 Feb, until the end of Thu 5 Mar: no reading is expected"
    assert away in await page(ann, f"/patients/{patient_id}")
    [end] = re.findall(r'action="([^"]+/end)"', text)
    await send(ann, end, 303)
    assert away not in await page(ann, f"/patients/{patient_id}")
    assert "over" in await page(ann, address)


PAGES = (
    "/setup/hubs",
    "/setup/hubs/home-17/password",
    "/setup/teams",
    "/setup/patients/new",
    "/setup/devices",
    "/setup/devices/assign",
    "/setup/staff",
    "/setup/staff/new",
    "/setup/staff/1",
    "/setup/deliveries",
)


async def test_a_nurse_is_not_let_in(sign_in: SignIn) -> None:
    ann = await sign_in("ann")
    index = await page(ann, "/setup")
    for path in PAGES:
        assert (await ann.get(path)).status_code == 403
        assert f'"{path}"' not in index


async def test_a_nurse_of_another_team_finds_nobody(sign_in: SignIn, clinic: Clinic) -> None:
    cleo = await sign_in("cleo")
    patient_id = await clinic.add_patient()
    for path in ("limits", "pauses", "tasks"):
        assert (await cleo.get(f"/setup/patients/{patient_id}/{path}")).status_code == 404
    pause = {"kind": "holiday", "first_day": "2026-03-05"}
    await send(cleo, f"/setup/patients/{patient_id}/pauses", 404, **pause)
    assert json.dumps(await rows(clinic, "SELECT pause_id FROM pause")) == "[]"


async def test_a_form_of_another_site_changes_nothing(sign_in: SignIn, clinic: Clinic) -> None:
    adam = await sign_in("adam")
    answer = await adam.post(
        "/setup/patients/new", data=PATIENT, headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 403
    assert await rows(clinic, "SELECT FROM patient") == []
