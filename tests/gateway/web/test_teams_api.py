"""When care teams are there, and what follows where nobody is, against the real database."""

from __future__ import annotations

from typing import Any

import httpx

from tests.gateway.web.clinic import Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.programs import items, post

BY_DAY = [{"weekday": weekday, "opens": "08:00", "closes": "17:00"} for weekday in range(1, 6)]
PLAN = {"time_zone": "Europe/Berlin", "hours": BY_DAY, "holidays": ["2026-12-25"]}
PATIENT = {
    "identifier": "P-7",
    "family_name": "Miller",
    "given_name": "Grace",
    "birth_date": "1951-05-04",
    "time_zone": "Europe/Berlin",
    "programmes": ["hypertension"],
}
WHY = "The emergency department covers nights; patients were told."


async def put(client: httpx.AsyncClient, team: int, plan: object, status: int) -> dict[str, Any]:
    answer = await client.put(f"/api/care-teams/{team}/plan", json=plan)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_urgent_rules_with_uncovered_hours_need_an_administrators_word(
    sign_in: SignIn, clinic: Clinic
) -> None:
    adam = await sign_in("adam")
    stored = await put(adam, clinic.north, PLAN, 200)
    assert stored["hours"] == BY_DAY
    assert stored["unmonitored"][-1] == {"weekday": 5, "since": "17:00", "minutes": 63 * 60}
    assert (await post(adam, "/api/patients", PATIENT, 422))["error"] == "uncovered-hours"
    assert await items(adam, "/api/patients") == []  # nothing of it was kept
    made = await post(adam, "/api/patients", PATIENT | {"programmes": []}, 201)
    refused = await adam.put(f"/api/patients/{made['patient_id']}/programmes/hypertension", json={})
    assert refused.json()["error"] == "uncovered-hours"
    accepted = await put(adam, clinic.north, PLAN | {"accepting": WHY}, 200)
    assert (accepted["accepted"]["by"], accepted["accepted"]["reason"]) == ("Adam Lee", WHY)
    await post(adam, "/api/patients", PATIENT | {"identifier": "P-8"}, 201)


async def test_what_was_accepted_holds_until_the_hours_are_others(sign_in: SignIn, clinic: Clinic) -> None:
    adam = await sign_in("adam")
    await clinic.add_patient()
    assert (await put(adam, clinic.north, PLAN, 422))["error"] == "uncovered-hours"
    await put(adam, clinic.north, PLAN | {"accepting": WHY}, 200)
    named = PLAN | {"backup_id": clinic.staff["ben"].staff_id, "lead_id": clinic.staff["adam"].staff_id}
    kept = await put(adam, clinic.north, named, 200)
    assert (kept["accepted"]["reason"], kept["backup_name"], kept["lead_name"]) == (
        WHY,
        "Ben Lee",
        "Adam Lee",
    )
    assert (await put(adam, clinic.north, PLAN | {"hours": BY_DAY[:4]}, 422))["error"] == "uncovered-hours"
    [north, south] = await items(adam, "/api/care-teams/plans")
    assert (north["hours"], south["unmonitored"]) == (BY_DAY, [])


async def test_a_team_that_has_said_nothing_covers_nothing(sign_in: SignIn, clinic: Clinic) -> None:
    await clinic.conn.execute("DELETE FROM team_hours")
    await clinic.conn.execute("DELETE FROM team_plan")
    await clinic.conn.commit()
    adam, ann = await sign_in("adam"), await sign_in("ann")
    [plan] = await items(ann, "/api/care-teams/plans")
    assert (plan["name"], plan["time_zone"], plan["is_there_now"]) == ("North", None, False)
    assert plan["unmonitored"] == [{"weekday": 1, "since": "00:00", "minutes": 7 * 24 * 60}]
    assert (await post(adam, "/api/patients", PATIENT, 422))["error"] == "uncovered-hours"


async def test_nurses_plan_nothing_and_others_answer_for_nothing(sign_in: SignIn, clinic: Clinic) -> None:
    ann, adam = await sign_in("ann"), await sign_in("adam")
    assert (await put(ann, clinic.north, PLAN, 403))["error"] == "not-permitted"
    assert (await put(adam, clinic.north, PLAN | {"lead_id": 999}, 404))["error"] == "unknown-staff"
    assert (await put(adam, 999, PLAN, 404))["error"] == "unknown-care-team"


async def test_hours_that_no_clock_shows_are_refused(sign_in: SignIn, clinic: Clinic) -> None:
    adam = await sign_in("adam")
    for opens, closes, weekday in (
        ("17:00", "08:00", 1),
        ("11:00", "13:00", 2),  # beside 12:00 to 14:00
        ("08:00", "12:00", 8),
        ("08:00", "24:30", 1),
        ("8:00", "12:00", 1),
    ):
        hours = [
            {"weekday": weekday, "opens": opens, "closes": closes},
            {"weekday": 2, "opens": "12:00", "closes": "14:00"},
        ]
        refused = await put(adam, clinic.north, PLAN | {"hours": hours}, 422)
        assert refused["error"] == "invalid-request"


async def test_signing_off_lists_what_one_still_owns(sign_in: SignIn, clinic: Clinic) -> None:
    patient_id = await clinic.add_patient()
    kept, offered, other = [await clinic.add_task(patient_id) for _ in range(3)]
    ann, ben = await sign_in("ann"), await sign_in("ben")
    for client, task_id in ((ann, kept), (ann, offered), (ben, other)):
        await post(client, f"/api/tasks/{task_id}/claim", {"version": 1}, 200)
    to_ben = {"version": 2, "to_id": clinic.staff["ben"].staff_id}
    await post(ann, f"/api/tasks/{offered}/hand-off", to_ben, 200)
    shift = (await ann.get("/api/shift")).json()
    assert [[task["task_id"] for task in shift[part]] for part in ("owned", "offered")] == [[kept], [offered]]
    assert [task["task_id"] for task in (await ben.get("/api/shift")).json()["owned"]] == [other]


async def test_how_long_people_have_is_told_with_who_says_so(sign_in: SignIn) -> None:
    terms = (await (await sign_in("ann")).get("/api/terms")).json()
    assert list(terms) == ["stat", "asap", "urgent", "routine"]
    assert terms["urgent"]["clocks"]["acknowledge"] == "PT15M"
    assert terms["stat"]["clocks"]["longest_snooze"] == "PT0S"
    assert all(part["source"] for each in terms.values() for part in each.values())


async def test_the_next_page_knows_of_hours_that_were_changed(sign_in: SignIn, clinic: Clinic) -> None:
    adam, cleo = await sign_in("adam"), await sign_in("cleo")
    says = "North: outside the team&#39;s hours."
    assert says not in (await adam.get("/banner")).text
    await put(adam, clinic.north, PLAN, 200)  # the tests' day is a Sunday
    assert says in (await adam.get("/banner")).text
    assert says not in (await cleo.get("/banner")).text
