"""The set-up pages of people and care teams: accounts, places, hours, and who looked at whom."""

from __future__ import annotations

import re

import httpx
from fastapi import FastAPI

from tests.gateway.web.clinic import Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.forms import faults, page, send


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
    assert re.fullmatch(r"([a-km-np-z2-9]{4}-){3}[a-km-np-z2-9]{4}", password)  # to be read out
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console") as dora:
        assert await send(dora, "/sign-in", 303, username="dora", password=password) == "/"
        assert (await dora.get("/")).headers["location"] == "/account"
        assert "You signed in with a one-time password." in await page(dora, "/account")
        mistyped = {"current_password": "mistyped", "new_password": "four quiet words in a row"}
        assert faults(await send(dora, "/account", 422, **mistyped)) == [
            "This is not the password that you have."
        ]
        short = await send(dora, "/account", 422, current_password=password, new_password="short")
        assert "At least 12 characters" in faults(short)[0]
        assert password not in short
        own = {"current_password": password, "new_password": "four quiet words in a row"}
        assert await send(dora, "/account", 303, **own) == "/"
        assert (await dora.get("/api/me")).json()["username"] == "dora"
        assert "one-time password. Choose" not in await page(dora, "/account")


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
