"""Accounts: opened with a one-time password, changed, closed; what only administrators may."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from alerting.rules import Priority
from gateway.database.pool import Pool
from gateway.resources import Resources
from gateway.staff.accounts import ONE_TIME_PASSWORD_LASTS
from gateway.web.app import create_app
from gateway.web.live import Live
from tests.gateway.escalation.escalation_clinic import EscalationClinic
from tests.gateway.web.clinic import NOW, PASSWORD, Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.programs import items, post

OWN = "four quiet words in a row"


def newcomer(team: int, **changes: object) -> dict[str, object]:
    return {
        "username": "dora",
        "name": "Dora Lee",
        "role": "nurse",
        "email": "dora@clinic.example",
        "care_team_ids": [team],
    } | changes


async def sign_in_with(app: FastAPI, username: str, password: str) -> tuple[httpx.AsyncClient, int]:
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console")
    answer = await client.post("/api/session", json={"username": username, "password": password})
    return client, answer.status_code


async def test_a_one_time_password_opens_nothing_but_the_choice_of_ones_own(
    app: FastAPI, sign_in: SignIn, clinic: Clinic
) -> None:
    adam = await sign_in("adam")
    grace = await clinic.add_patient()
    opened = await post(adam, "/api/staff", newcomer(clinic.north), 201)
    dora, status = await sign_in_with(app, "dora", opened["password"])
    assert status == 204
    assert (await dora.get(f"/api/patients/{grace}")).json()["error"] == "own-password-needed"
    assert (await dora.get("/")).headers["location"] == "/account"
    for chosen in ("short", opened["password"], "dora and some more words"):
        refused = {"current_password": opened["password"], "new_password": chosen}
        assert (await post(dora, "/api/me/password", refused, 422))["error"] == "password-refused"
    change = {"current_password": opened["password"], "new_password": OWN}
    assert (await dora.post("/api/me/password", json=change)).status_code == 204
    assert (await dora.get(f"/api/patients/{grace}")).status_code == 200
    assert (await sign_in_with(app, "dora", opened["password"]))[1] == 401
    assert (await sign_in_with(app, "dora", OWN))[1] == 204
    await dora.aclose()


async def test_a_one_time_password_ends(resources: Resources, sign_in: SignIn, clinic: Clinic) -> None:
    opened = await post(await sign_in("adam"), "/api/staff", newcomer(clinic.north), 201)
    later = create_app(resources, Live(), clock=lambda: NOW + ONE_TIME_PASSWORD_LASTS)
    assert (await sign_in_with(later, "dora", opened["password"]))[1] == 401


async def test_a_closed_account_is_closed_at_once(app: FastAPI, sign_in: SignIn, clinic: Clinic) -> None:
    adam, ann = await sign_in("adam"), await sign_in("ann")
    staff_id = clinic.staff["ann"].staff_id
    assert (await adam.post(f"/api/staff/{staff_id}/deactivate")).status_code == 204
    assert (await ann.get("/api/me")).status_code == 401
    assert (await sign_in_with(app, "ann", PASSWORD))[1] == 401
    assert (await adam.post(f"/api/staff/{staff_id}/reinstate")).status_code == 204
    assert (await ann.get("/api/me")).status_code == 401
    assert (await sign_in_with(app, "ann", PASSWORD))[1] == 204


async def test_tasks_of_a_closed_account_are_nobodys_and_climb_anew(
    sign_in: SignIn, clinic: Clinic, pool: Pool
) -> None:
    adam, ann, ben = await sign_in("adam"), await sign_in("ann"), await sign_in("ben")
    patient_id = await clinic.add_patient()
    waiting = EscalationClinic(clinic, pool)
    owned = await waiting.raise_task(Priority.URGENT, NOW)
    offered, proposed, others = [await clinic.add_task(patient_id) for _ in range(3)]
    for task_id, client in ((owned, ann), (offered, ben), (proposed, ann), (others, ben)):
        await post(client, f"/api/tasks/{task_id}/claim", {"version": 1}, 200)
    await post(ann, f"/api/tasks/{owned}/notes", {"note": "Rang twice."}, 201)
    to_ann = {"version": 2, "to_id": clinic.staff["ann"].staff_id}
    await post(ben, f"/api/tasks/{offered}/hand-off", to_ann, 200)
    await clinic.conn.execute("UPDATE task SET needs_review = true WHERE task_id = %s", [proposed])
    await clinic.conn.commit()
    await post(ann, f"/api/tasks/{proposed}/complete", {"version": 2, "outcome": "advice-given"}, 200)
    assert (await adam.post(f"/api/staff/{clinic.staff['ann'].staff_id}/deactivate")).status_code == 204

    found = {task_id: (await ben.get(f"/api/tasks/{task_id}")).json() for task_id in (owned, offered, others)}
    tasks = {task_id: each["task"] for task_id, each in found.items()}
    standing = {task_id: (each["status"], each["owner_name"]) for task_id, each in tasks.items()}
    assert standing == {
        owned: ("ready", None),
        offered: ("in-progress", "Ben Lee"),
        others: ("accepted", "Ben Lee"),
    }
    for task_id in (owned, offered):
        last = found[task_id]["transitions"][-1]
        assert (last["action"], last["note"]) == ("release", "The account of Ann Lee was closed.")
    assert "given back" in (await ben.get(f"/tasks/{owned}")).text
    await post(ben, f"/api/tasks/{proposed}/confirm", {"version": 3}, 200)
    await waiting.pass_until(NOW + timedelta(minutes=15))
    told = await waiting.rows("SELECT level FROM escalation WHERE task_id = %s", owned)
    assert told[0] == ("role",)
    await post(ben, f"/api/tasks/{owned}/claim", {"version": tasks[owned]["version"]}, 200)


async def test_who_is_moved_gives_back_what_is_out_of_reach_and_keeps_the_rest(
    sign_in: SignIn, clinic: Clinic
) -> None:
    adam, ann, ben = await sign_in("adam"), await sign_in("ann"), await sign_in("ben")
    path = f"/api/staff/{clinic.staff['ben'].staff_id}"
    place = {"name": "Ben Lee", "role": "nurse", "email": None}
    both = place | {"care_team_ids": [clinic.north, clinic.south]}
    assert (await adam.put(path, json=both)).status_code == 204
    north = await clinic.add_patient()
    south = await clinic.add_patient("P-2", team=clinic.south)
    left, kept, offered = [await clinic.add_task(each) for each in (north, south, north)]
    for task_id, client in ((left, ben), (kept, ben), (offered, ann)):
        await post(client, f"/api/tasks/{task_id}/claim", {"version": 1}, 200)
    to_ben = {"version": 2, "to_id": clinic.staff["ben"].staff_id}
    await post(ann, f"/api/tasks/{offered}/hand-off", to_ben, 200)
    assert (await adam.put(path, json=both | {"name": "Ben Smith"})).status_code == 204
    assert len(await items(ben, "/api/tasks", mine=True)) == 3
    assert (await adam.put(path, json=place | {"care_team_ids": [clinic.south]})).status_code == 204

    found = {task_id: (await adam.get(f"/api/tasks/{task_id}")).json() for task_id in (left, kept, offered)}
    tasks = [found[task_id]["task"] for task_id in (left, kept, offered)]
    assert [(each["status"], each["owner_name"]) for each in tasks] == [
        ("ready", None),
        ("accepted", "Ben Lee"),
        ("in-progress", "Ann Lee"),
    ]
    for task_id in (left, offered):
        last = found[task_id]["transitions"][-1]
        assert (last["action"], last["note"]) == ("release", "Ben Lee has left the team.")
    await post(ann, f"/api/tasks/{left}/claim", {"version": tasks[0]["version"]}, 200)
    assert "nobody&#39;s again" in (await adam.get(f"/setup/staff/{clinic.staff['ben'].staff_id}")).text


async def test_who_is_no_longer_administrator_keeps_nothing_of_other_teams(
    sign_in: SignIn, clinic: Clinic
) -> None:
    adam = await sign_in("adam")
    boss = clinic.staff["ann"].staff_id
    place = {"name": "Ann Lee", "email": None, "care_team_ids": [clinic.north]}
    assert (await adam.put(f"/api/staff/{boss}", json=place | {"role": "administrator"})).status_code == 204
    task_id = await clinic.add_task(await clinic.add_patient(team=clinic.south))
    await post(await sign_in("ann"), f"/api/tasks/{task_id}/claim", {"version": 1}, 200)
    assert (await adam.put(f"/api/staff/{boss}", json=place | {"role": "nurse"})).status_code == 204
    assert (await adam.get(f"/api/tasks/{task_id}")).json()["task"]["status"] == "ready"


async def test_another_role_and_team_hold_from_the_next_request_on(sign_in: SignIn, clinic: Clinic) -> None:
    adam, cleo = await sign_in("adam"), await sign_in("cleo")
    grace = await clinic.add_patient()
    assert (await cleo.get(f"/api/patients/{grace}")).status_code == 404
    assert (await cleo.get("/api/care-teams")).json()["items"][0]["name"] == "South"
    path = f"/api/staff/{clinic.staff['cleo'].staff_id}"
    moved = {"name": "Cleo Lee", "role": "coordinator", "email": None, "care_team_ids": [clinic.north]}
    assert (await adam.put(path, json=moved)).status_code == 204
    assert (await adam.get(path)).json()["care_team_ids"] == [clinic.north]
    assert (await cleo.get(f"/api/patients/{grace}")).status_code == 200
    assert (await cleo.get("/api/me")).json()["role"] == "coordinator"


async def test_a_forgotten_password_is_replaced_and_sessions_end(
    app: FastAPI, sign_in: SignIn, clinic: Clinic
) -> None:
    adam, ann = await sign_in("adam"), await sign_in("ann")
    renewed = await post(adam, f"/api/staff/{clinic.staff['ann'].staff_id}/password", {}, 200)
    assert (await ann.get("/api/me")).status_code == 401
    assert (await sign_in_with(app, "ann", PASSWORD))[1] == 401
    assert (await sign_in_with(app, "ann", renewed["password"]))[1] == 204


async def test_one_administrator_always_stays(sign_in: SignIn, clinic: Clinic) -> None:
    adam = await sign_in("adam")
    own = f"/api/staff/{clinic.staff['adam'].staff_id}"
    assert (await post(adam, f"{own}/deactivate", {}, 409))["error"] == "not-yourself"
    demoted = {"name": "Adam", "role": "nurse", "care_team_ids": []}
    assert (await adam.put(own, json=demoted)).json()["error"] == "not-yourself"


async def test_what_conflicts_or_is_not_ours_is_said(sign_in: SignIn, clinic: Clinic) -> None:
    adam = await sign_in("adam")
    other = await Clinic.open_other(clinic.conn)
    taken: dict[str, Any] = newcomer(clinic.north, username="olga")
    assert (await post(adam, "/api/staff", taken, 409))["error"] == "username-taken"
    foreign = newcomer(other.north)
    assert (await post(adam, "/api/staff", foreign, 404))["error"] == "unknown-care-team"
    assert (await adam.get(f"/api/staff/{other.staff['olga'].staff_id}")).status_code == 404
    assert (await post(adam, "/api/care-teams", {"name": "North"}, 409))["error"] == "care-team-exists"
    await post(adam, "/api/care-teams", {"name": "West"}, 201)
    teams = await items(adam, "/api/care-teams")
    assert [(each["name"], each["members"]) for each in teams] == [("North", 3), ("South", 1), ("West", 0)]
    assert len(await items(adam, "/api/staff", limit=3)) == 4


PLACE = {"name": "x", "role": "nurse", "care_team_ids": []}


ADMINISTRATION = (
    ("GET", "/api/staff", None),
    ("POST", "/api/staff", PLACE | {"username": "dora"}),
    ("GET", "/api/staff/1", None),
    ("PUT", "/api/staff/1", PLACE),
    ("POST", "/api/staff/1/password", None),
    ("POST", "/api/staff/1/deactivate", None),
    ("POST", "/api/staff/1/reinstate", None),
    ("POST", "/api/care-teams", {"name": "x"}),
)


async def test_who_does_not_administrate_cannot(sign_in: SignIn) -> None:
    ann = await sign_in("ann")
    for method, path, body in ADMINISTRATION:
        answer = await ann.request(method, path, json=body)
        assert answer.json()["error"] == "not-permitted", path


async def test_asked_twice_under_one_key_creates_once(sign_in: SignIn, clinic: Clinic) -> None:
    adam = await sign_in("adam")
    key = {"Idempotency-Key": "a-key-of-mine"}
    first = await adam.post("/api/care-teams", json={"name": "West"}, headers=key)
    again = await adam.post("/api/care-teams", json={"name": "West"}, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other = await adam.post("/api/care-teams", json={"name": "East"}, headers=key)
    assert (other.status_code, other.json()["error"]) == (422, "key-reused")
    refused = await adam.post("/api/care-teams", json={"name": "West"}, headers={"Idempotency-Key": "other"})
    assert refused.status_code == 409
    assert len(await items(adam, "/api/care-teams")) == 3


async def test_asked_at_once_under_one_key_creates_once(sign_in: SignIn, clinic: Clinic) -> None:
    adam = await sign_in("adam")
    answers = await asyncio.gather(
        *(
            adam.post("/api/care-teams", json={"name": "West"}, headers={"Idempotency-Key": "k"})
            for _ in range(5)
        )
    )
    assert {(each.status_code, each.text) for each in answers} == {(201, answers[0].text)}
    assert len(await items(adam, "/api/care-teams")) == 3


async def test_a_one_time_password_is_answered_once_and_not_kept(sign_in: SignIn, clinic: Clinic) -> None:
    adam = await sign_in("adam")
    dora = {"username": "dora", "name": "Dora Lee", "role": "nurse", "care_team_ids": [clinic.north]}
    for path, body in (("/api/staff", dora), ("/api/hubs", {"name": "home-17"})):
        key = {"Idempotency-Key": path}
        first, again = [await adam.post(path, json=body, headers=key) for _ in range(2)]
        assert (first.status_code, again.status_code) == (201, 201)
        password = first.json()["password"]
        assert len(password) > 10
        assert again.json() == first.json() | {"password": None}
        found = await clinic.conn.execute(
            "SELECT count(*) FROM idempotency_key WHERE answer LIKE %s", [f"%{password}%"]
        )
        assert await found.fetchall() == [(0,)]
        assert (await adam.post(path, json=body)).status_code == 409
