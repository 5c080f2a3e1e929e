"""What people do to tasks, as programs do it, against the real database."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

import httpx

from tests.gateway.web.clinic import NOW, Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.programs import items, post


async def details(client: httpx.AsyncClient, task_id: int) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get(f"/api/tasks/{task_id}")).json()
    return found


async def test_a_task_is_handed_over_and_stays_the_givers_until_it_is_accepted(
    sign_in: SignIn, clinic: Clinic
) -> None:
    task_id = await clinic.add_task(await clinic.add_patient())
    ann, ben = await sign_in("ann"), await sign_in("ben")
    path = f"/api/tasks/{task_id}"
    await post(ann, f"{path}/claim", {"version": 1}, 200)
    to_ben = {"version": 2, "to_id": clinic.staff["ben"].staff_id, "note": "My shift ends."}
    to_cleo = to_ben | {"to_id": clinic.staff["cleo"].staff_id}
    colleagues = await items(ann, f"{path}/colleagues")
    assert [each["name"] for each in colleagues] == ["Adam Lee", "Ben Lee"]
    assert (await post(ann, f"{path}/hand-off", to_cleo, 404))["error"] == "unknown-staff"
    offered = await post(ann, f"{path}/hand-off", to_ben, 200)
    assert (offered["status"], offered["owner_name"], offered["offered_to_name"]) == (
        "requested",
        "Ann Lee",
        "Ben Lee",
    )
    assert "accept" in (await details(ben, task_id))["actions"]
    assert "accept" not in (await details(ann, task_id))["actions"]
    assert [task["task_id"] for task in await items(ben, "/api/tasks", mine=True)] == [task_id]
    accepted = await post(ben, f"{path}/accept", {"version": 3}, 200)
    assert (accepted["status"], accepted["owner_name"], accepted["offered_to_id"]) == (
        "accepted",
        "Ben Lee",
        None,
    )
    assert (await post(ann, f"{path}/complete", {"version": 4, "outcome": "advice-given"}, 409))[
        "detail"
    ] == "Ben Lee has this task."
    history = (await details(ann, task_id))["transitions"]
    assert [(each["action"], each["staff_name"], each["other_name"], each["note"]) for each in history][
        1:
    ] == [
        ("claim", "Ann Lee", None, ""),
        ("hand-off", "Ann Lee", "Ben Lee", "My shift ends."),
        ("accept", "Ben Lee", None, ""),
    ]
    told = await (await clinic.conn.execute("SELECT DISTINCT task_id, kind FROM notification")).fetchall()
    assert told == [(task_id, "task-offered")]


async def test_an_absent_owners_task_is_taken_over_with_a_reason(sign_in: SignIn, clinic: Clinic) -> None:
    task_id = await clinic.add_task(await clinic.add_patient())
    ann, ben = await sign_in("ann"), await sign_in("ben")
    path = f"/api/tasks/{task_id}/take-over"
    await post(ann, f"/api/tasks/{task_id}/claim", {"version": 1}, 200)
    assert (await post(ben, path, {"version": 2}, 422))["error"] == "reason-needed"
    taken = await post(ben, path, {"version": 2, "note": "Ann has gone home."}, 200)
    assert (taken["owner_name"], taken["status"]) == ("Ben Lee", "accepted")


async def test_the_more_pressing_the_shorter_a_snooze(sign_in: SignIn, clinic: Clinic) -> None:
    patient_id = await clinic.add_patient()
    ann = await sign_in("ann")
    for priority, minutes, status in (
        ("stat", 1, 422),
        ("urgent", 61, 422),
        ("urgent", 60, 200),
        ("routine", -1, 422),
        ("routine", 60 * 24 * 14, 200),
    ):
        task_id = await clinic.add_task(patient_id, priority)
        await post(ann, f"/api/tasks/{task_id}/claim", {"version": 1}, 200)
        until = (NOW + timedelta(minutes=minutes)).isoformat()
        put_aside = {"version": 2, "reason": "Calls back then.", "until": until}
        answer = await post(ann, f"/api/tasks/{task_id}/snooze", put_aside, status)
        assert answer.get("error", answer.get("status")) == ("snooze-refused" if status == 422 else "on-hold")
        assert ("snooze" in (await details(ann, task_id))["actions"]) is (
            priority != "stat" and status == 422
        )
    assert len(await items(ann, "/api/tasks", snoozed=True)) == 2


async def test_another_person_confirms_how_a_reviewed_task_ends(sign_in: SignIn, clinic: Clinic) -> None:
    patient_id = await clinic.add_patient()
    ann, ben = await sign_in("ann"), await sign_in("ben")
    written = {
        "patient_id": patient_id,
        "title": "Insulin plan",
        "reason": "Doses do not match",
        "needs_review": True,
    }
    task_id = (await post(ann, "/api/tasks", written, 201))["task_id"]
    path = f"/api/tasks/{task_id}"
    await post(ann, f"{path}/claim", {"version": 1}, 200)
    proposed = await post(ann, f"{path}/complete", {"version": 2, "outcome": "treatment-changed"}, 200)
    assert (proposed["status"], proposed["proposed_outcome"]) == ("requested", "treatment-changed")
    assert (await post(ann, f"{path}/confirm", {"version": 3}, 403))["error"] == "task-not-yours"
    back = await post(ben, f"{path}/send-back", {"version": 3, "note": "Which dose?"}, 200)
    assert (back["status"], back["owner_name"], back["proposed_outcome"]) == ("in-progress", "Ann Lee", None)
    assert (await post(ben, f"{path}/confirm", {"version": 4}, 409))["error"] == "task-not-open"
    await post(ann, f"{path}/complete", {"version": 4, "outcome": "treatment-changed"}, 200)
    assert (await post(ben, f"{path}/confirm", {"version": 5}, 200))["status"] == "completed"
    last = (await details(ann, task_id))["transitions"][-1]
    assert (last["staff_name"], last["outcome"]) == ("Ben Lee", "treatment-changed")


async def test_what_a_rule_found_pressing_is_not_given_up(sign_in: SignIn, clinic: Clinic) -> None:
    patient_id = await clinic.add_patient()
    ann, adam = await sign_in("ann"), await sign_in("adam")
    urgent, routine = await clinic.add_task(patient_id), await clinic.add_task(patient_id, "routine")
    given_up = {"version": 1, "note": "Not needed."}
    assert (await post(ann, f"/api/tasks/{urgent}/cancel", given_up, 422))["error"] == "outcome-refused"
    assert (await post(ann, f"/api/tasks/{routine}/cancel", given_up, 200))["status"] == "cancelled"
    void = {"version": 1, "reason": "Another patient's cuff."}
    assert (await post(ann, f"/api/tasks/{urgent}/void", void, 403))["error"] == "not-permitted"
    assert (await post(adam, f"/api/tasks/{urgent}/void", void, 200))["status"] == "entered-in-error"
    assert await items(ann, "/api/tasks") == []


async def test_attempts_to_reach_a_patient_follow_the_protocol(sign_in: SignIn, clinic: Clinic) -> None:
    task_id = await clinic.add_task(await clinic.add_patient())
    ann = await sign_in("ann")
    path = f"/api/tasks/{task_id}"
    await post(ann, f"{path}/claim", {"version": 1}, 200)
    assert (await details(ann, task_id))["next_attempt"] == {"whom": "patient", "not_before": None}
    begun = await post(ann, f"{path}/contacts", {"reached": False, "note": "Voicemail."}, 201)
    assert begun["status"] == "in-progress"
    later = (NOW + timedelta(minutes=15)).isoformat().replace("+00:00", "Z")
    assert (await details(ann, task_id))["next_attempt"] == {"whom": "patient", "not_before": later}
    for _ in range(2):
        await post(ann, f"{path}/contacts", {"reached": False}, 201)
    assert (await details(ann, task_id))["next_attempt"]["whom"] == "emergency-contact"
    for _ in range(2):
        await post(ann, f"{path}/contacts", {"whom": "emergency-contact", "reached": False}, 201)
    assert (await details(ann, task_id))["next_attempt"]["whom"] == "welfare-check"
    await post(ann, f"{path}/contacts", {"whom": "welfare-check", "reached": True}, 201)
    found = await details(ann, task_id)
    assert found["next_attempt"] is None
    assert [each["reached"] for each in found["attempts"]] == [False] * 5 + [True]
    assert found["transitions"][2]["note"] == "patient, phone: not reached. Voicemail."


async def test_a_note_needs_no_claim_and_changes_nothing_else(sign_in: SignIn, clinic: Clinic) -> None:
    task_id = await clinic.add_task(await clinic.add_patient())
    ann, ben, cleo = [await sign_in(name) for name in ("ann", "ben", "cleo")]
    path = f"/api/tasks/{task_id}"
    await post(ann, f"{path}/claim", {"version": 1}, 200)
    noted = await post(ben, f"{path}/notes", {"note": "She is on holiday."}, 201)
    assert (noted["version"], noted["status"]) == (2, "accepted")
    assert (await post(ann, f"{path}/notes", {"note": "Thanks."}, 201))["status"] == "in-progress"
    assert (await post(cleo, f"{path}/notes", {"note": "?"}, 404))["error"] == "unknown-task"
    history = (await details(ann, task_id))["transitions"]
    assert [(each["staff_name"], each["note"]) for each in history[2:]] == [
        ("Ben Lee", "She is on holiday."),
        ("Ann Lee", "Thanks."),
    ]


async def test_a_closed_task_is_taken_up_again_as_a_new_one(sign_in: SignIn, clinic: Clinic) -> None:
    task_id = await clinic.add_task(await clinic.add_patient())
    ann = await sign_in("ann")
    path = f"/api/tasks/{task_id}"
    again = {"version": 3, "reason": "Called the wrong number."}
    assert (await post(ann, f"{path}/reopen", again, 409))["error"] == "task-not-open"
    await post(ann, f"{path}/claim", {"version": 1}, 200)
    await post(ann, f"{path}/complete", {"version": 2, "outcome": "advice-given"}, 200)
    new = await post(ann, f"{path}/reopen", again, 201)
    assert (new["previous_task_id"], new["status"], new["title"]) == (
        task_id,
        "ready",
        "Severe high blood pressure",
    )
    assert (await post(ann, f"{path}/reopen", again, 409))["error"] == "task-still-open"


async def test_a_written_task_is_created_once_and_found_by_a_part_of_a_name(
    sign_in: SignIn, clinic: Clinic
) -> None:
    patient_id = await clinic.add_patient()
    other = await clinic.add_patient("P-2", ("Smith", "John"), clinic.south)
    ann, ben = await sign_in("ann"), await sign_in("ben")
    written = {
        "patient_id": patient_id,
        "title": "Call about the new cuff",
        "reason": "It came back",
        "offered_to_id": clinic.staff["ben"].staff_id,
    }
    key = {"Idempotency-Key": "k1"}
    answers = [await ann.post("/api/tasks", json=written, headers=key) for _ in range(2)]
    assert answers[0].status_code == answers[1].status_code == 201
    assert answers[0].json() == answers[1].json()
    task = answers[0].json()
    assert (task["origin"], task["status"], task["rule_id"]) == ("manual", "requested", None)
    assert task["acknowledge_by"] == (NOW + timedelta(hours=8)).isoformat().replace("+00:00", "Z")
    assert (await post(ann, "/api/tasks", written | {"patient_id": other}, 404))["error"] == "unknown-patient"
    nobody = written | {"offered_to_id": 999_999}
    assert (await post(ann, "/api/tasks", nobody, 404))["error"] == "unknown-staff"
    found = (await post(ben, "/api/tasks/search", {"search": "grace mil"}, 200))["items"]
    assert [each["task_id"] for each in found] == [task["task_id"]]
    assert (await post(ben, "/api/tasks/search", {"search": "smith"}, 200))["items"] == []
    accepted = await post(ben, f"/api/tasks/{task['task_id']}/accept", {"version": 1}, 200)
    assert accepted["owner_name"] == "Ben Lee"


async def test_the_most_pressing_stand_first_overdue_ones_first_among_them_and_counts_are_of_all_pages(
    sign_in: SignIn, clinic: Clinic
) -> None:
    patient_id = await clinic.add_patient()
    priorities = ("routine", "urgent", "urgent", "stat", "asap")
    added = [await clinic.add_task(patient_id, priority) for priority in priorities]
    late = [added[0], added[2]]
    await clinic.conn.execute(
        "UPDATE task SET acknowledge_by = %s WHERE task_id = ANY(%s)", [NOW - timedelta(seconds=1), late]
    )
    await clinic.conn.commit()
    ann = await sign_in("ann")
    expected = [(added[number], added[number] in late) for number in (3, 4, 2, 1, 0)]
    for limit in (1, 2, 100):
        listed = await items(ann, "/api/tasks", limit=limit)
        assert [(each["task_id"], each["is_overdue"]) for each in listed] == expected
    page = (await ann.get(f"/patients/{patient_id}")).text
    places = [page.index(each) for each in (f"card-{added[3]}", f"/tasks/{added[2]}", f"/tasks/{added[0]}")]
    assert places == sorted(places)
    counts = (await ann.get("/api/tasks/counts")).json()
    assert counts == {
        "by_priority": {"stat": 1, "asap": 1, "urgent": 2, "routine": 1},
        "mine": 0,
        "overdue": 2,
        "snoozed": 0,
    }


async def test_a_place_in_the_list_of_an_earlier_version_is_refused_in_words(
    sign_in: SignIn, clinic: Clinic
) -> None:
    """It read `is_overdue, rank, due, task_id, as_of`: taken for one of this order, it would skip tasks."""
    place = f'[true,0,"{NOW.isoformat()}",1,"{NOW.isoformat()}"]'
    cursor = urlsafe_b64encode(place.encode()).decode()
    ann = await sign_in("ann")
    answer = await ann.get("/api/tasks", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["error"]) == (422, "bad-cursor")
    page = await ann.post("/", data={"cursor": cursor})
    assert page.status_code == 422
    for text in (answer.json()["detail"], page.text):
        assert "had another order before an update: begin at its first page" in text
