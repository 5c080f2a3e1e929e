"""The set-up pages as people use them: forms, what is wrong beside the field, and what came of it."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import httpx
from fastapi import FastAPI

from gateway.ingest.batch import store_batch
from gateway.store import notifications
from gateway.store.notifications import Kind, News, State
from gateway.store.pool import Pool
from gateway.store.registry import Registry
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
    address = f"/setup/patients/{await clinic.add_patient()}/pauses"
    backwards = {"kind": "holiday", "first_day": "2026-03-05", "last_day": "2026-03-03"}
    assert faults(await send(ann, address, 422, **backwards)) == ["A pause ends after it begins."]
    await send(ann, address, 303, kind="holiday", first_day="2026-02-27", last_day="2026-03-05")
    [(begins, ends)] = await rows(clinic, "SELECT begins_at::text, ends_at::text FROM pause")
    assert (begins, ends) == ("2026-02-26 23:00:00+00", "2026-03-05 23:00:00+00")
    text = await page(ann, address)
    assert "Fri 27 Feb<" in text
    assert "the end of Thu 5 Mar<" in text
    [end] = re.findall(r'action="([^"]+/end)"', text)
    await send(ann, end, 303)
    assert "over" in await page(ann, address)


async def test_the_quarantine_is_looked_at_and_worked(sign_in: SignIn, clinic: Clinic) -> None:
    adam, ann = await sign_in("adam"), await sign_in("ann")
    await clinic.add_hub()
    await clinic.conn.execute(
        "INSERT INTO quarantine (received_at, topic, reason, payload)"
        " VALUES (%s, %s, 'not JSON', '<script>alert(1)</script>')",
        [NOW, f"hearthbeat/1/{HUB}/readings"],
    )
    await clinic.conn.commit()
    assert "not JSON" in await page(ann, "/setup/quarantine")
    [message_page] = re.findall(r'href="(/setup/quarantine/\d+)"', await page(adam, "/setup/quarantine"))
    assert (await ann.get(message_page)).status_code == 403
    assert "&lt;script&gt;alert" in await page(adam, message_page)
    assert "Nothing says which positions" in await send(adam, f"{message_page}/retry", 200)
    assert faults(await send(adam, f"{message_page}/discard", 422)) == ["Please fill this in."]
    await send(adam, f"{message_page}/discard", 303, reason="A test of the broker")
    assert "A test of the broker" in await page(adam, message_page)
    assert "Nothing lies in quarantine." in await page(adam, "/setup/quarantine")


async def test_somebody_new_gets_a_one_time_password_and_chooses_their_own(
    app: FastAPI, sign_in: SignIn, clinic: Clinic
) -> None:
    adam = await sign_in("adam")
    newcomer = {"username": "dora", "name": "Dora Lee", "role": "nurse", "care_team_ids": [str(clinic.north)]}
    assert faults(await send(adam, "/setup/staff/new", 422, **newcomer | {"username": "Dora Lee"})) == [
        "This cannot be read. Please look at the hint."
    ]
    assert faults(await send(adam, "/setup/staff/new", 422, **newcomer | {"username": "ann"})) == [
        "Somebody has that user name."
    ]
    shown = await send(adam, "/setup/staff/new", 200, **newcomer)
    [password] = re.findall(r"One-time password</dt><dd><bdi>([^<]+)<", shown)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console") as dora:
        assert await send(dora, "/sign-in", 303, username="dora", password=password) == "/"
        assert (await dora.get("/")).headers["location"] == "/account"
        short = await send(dora, "/account", 422, current_password=password, new_password="short")
        assert "At least 12 characters" in faults(short)[0]
        assert password not in short
        own = {"current_password": password, "new_password": "four quiet words in a row"}
        assert await send(dora, "/account", 303, **own) == "/"
        assert (await dora.get("/api/me")).json()["username"] == "dora"


async def test_people_are_moved_and_accounts_closed(sign_in: SignIn, clinic: Clinic) -> None:
    adam, ben = await sign_in("adam"), await sign_in("ben")
    address = f"/setup/staff/{clinic.staff['ben'].staff_id}"
    place = {"name": "Ben Lee", "role": "clinician", "care_team_ids": [str(clinic.south)]}
    await send(adam, address, 303, **place, email="ben@clinic.example")
    assert "Clinician" in await page(adam, "/setup/staff")
    assert faults(await send(adam, address, 422, **place, email="no address")) != []
    await send(adam, f"{address}/deactivate", 303)
    assert (await ben.get("/api/me")).status_code == 401
    await send(adam, f"{address}/reinstate", 303)
    await send(adam, "/setup/staff/teams", 303, name="West")
    taken = await send(adam, "/setup/staff/teams", 422, name="West")
    assert faults(taken) == ["The organisation has a care team of that name."]


async def test_what_did_not_arrive_is_shown_and_tried_again(sign_in: SignIn, clinic: Clinic) -> None:
    adam = await sign_in("adam")
    news = News(clinic.organisation_id, "key", Kind.TASK_ESCALATED)
    await notifications.notify(clinic.conn, news, [clinic.staff["ann"].staff_id], NOW)
    for each in await notifications.take(clinic.conn, NOW, limit=10):
        await notifications.settle(
            clinic.conn, each.notification_id, State.FAILED, NOW, problem="there is no e-mail address"
        )
    await clinic.conn.commit()
    text = await page(adam, "/setup/deliveries")
    assert "There is no e-mail address" in text
    retries = re.findall(r'action="([^"]+/retry)"', text)
    assert len(retries) == 2
    for retry in retries:
        await send(adam, retry, 303)
    assert "Everything has arrived." in await page(adam, "/setup/deliveries")


async def test_an_administrator_sees_who_looked_at_a_patient(sign_in: SignIn, clinic: Clinic) -> None:
    adam, ann = await sign_in("adam"), await sign_in("ann")
    patient_id = await clinic.add_patient()
    await ann.get(f"/api/patients/{patient_id}")
    await ann.post("/patients", data={"search": ""})
    text = await page(adam, f"/setup/patients/{patient_id}/accesses")
    assert "looked at the patient&#39;s page" in text
    assert f">/api/patients/{patient_id}<" in text
    assert "looked at the list of patients" in text
    assert "Ann Lee" in text


async def test_a_team_says_when_it_is_there(sign_in: SignIn, clinic: Clinic) -> None:
    adam = await sign_in("adam")
    address = f"/setup/teams/{clinic.south}"
    plan = {"time_zone": "Europe/Berlin", "monday": "08:00-12:00, 13:00-17:00", "holidays": "2026-12-25"}
    wrong = plan | {"monday": "mornings", "tuesday": "12:00-08:00"}
    assert faults(await send(adam, address, 422, **wrong)) == ["Hours such as 08:00-12:00, 13:00-17:30."]
    backwards = await send(adam, address, 422, **plan | {"tuesday": "12:00-08:00"})
    assert "Hours of one day begin before they end" in backwards
    assert (
        await send(adam, address, 303, **plan, backup_id=str(clinic.staff["cleo"].staff_id)) == "/setup/teams"
    )
    assert 'value="08:00-12:00, 13:00-17:00"' in await page(adam, address)
    assert "160 hours" in await page(adam, "/setup/teams")


async def test_a_hub_is_enrolled_and_gets_another_password(sign_in: SignIn, clinic: Clinic) -> None:
    adam = await sign_in("adam")
    shown = await send(adam, "/setup/hubs", 200, name="home-17")
    assert "cannot send until" in await page(adam, "/setup/hubs/home-17/password")
    renewed = await send(adam, "/setup/hubs/home-17/password", 200)
    passwords = re.findall(r"Password at the broker</dt><dd><bdi>([^<]+)<", shown + renewed)
    assert len(set(passwords)) == 2
    assert faults(await send(adam, "/setup/hubs", 422, name="home-17")) == ["There is a hub named home-17."]
    listed = await page(adam, "/setup/hubs")
    assert "never heard from" in listed
    assert not any(password in listed for password in passwords)
    assert await rows(clinic, "SELECT name FROM hub") == [("home-17",)]


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
