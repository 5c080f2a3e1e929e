"""The task list as programs use it, against the real database."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from tests.gateway.web.clinic import NOW, Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.programs import items, post


async def test_tasks_are_listed_by_priority_then_age(sign_in: SignIn, clinic: Clinic) -> None:
    patient_id = await clinic.add_patient()
    added = [
        await clinic.add_task(patient_id, priority, raised_at=NOW - timedelta(minutes=minutes))
        for priority, minutes in (("routine", 9), ("urgent", 1), ("stat", 1), ("urgent", 5), ("asap", 1))
    ]
    ann = await sign_in("ann")
    listed = [task["task_id"] for task in await items(ann, "/api/tasks", limit=2)]
    assert listed == [added[index] for index in (2, 4, 3, 1, 0)]
    assert await items(ann, "/api/tasks", rule_id="other") == []


async def test_fifty_claims_at_once_give_one_owner(sign_in: SignIn, clinic: Clinic) -> None:
    task_id = await clinic.add_task(await clinic.add_patient())
    ann, ben = await sign_in("ann"), await sign_in("ben")
    claim = {"version": 1}
    answers = await asyncio.gather(
        *(client.post(f"/api/tasks/{task_id}/claim", json=claim) for client in (ann, ben) * 25)
    )
    won = {answer.json()["owner_name"] for answer in answers if answer.status_code == 200}
    lost = {answer.json()["detail"] for answer in answers if answer.status_code == 409}
    [winner] = won
    assert lost == {f"{winner} has this task."}
    assert [answer.status_code for answer in answers].count(200) == 25
    details = (await ann.get(f"/api/tasks/{task_id}")).json()
    assert [each["to_status"] for each in details["transitions"]] == ["ready", "accepted"]
    assert details["task"]["version"] == 2


async def test_a_task_is_completed_by_its_owner_with_an_outcome(sign_in: SignIn, clinic: Clinic) -> None:
    task_id = await clinic.add_task(await clinic.add_patient())
    ann, ben = await sign_in("ann"), await sign_in("ben")
    path = f"/api/tasks/{task_id}/complete"
    done = {"version": 2, "outcome": "advice-given", "note": "Spoke for 10 minutes.\nCalls again tomorrow."}
    assert (await post(ann, path, done, 403))["error"] == "task-not-yours"
    await post(ann, f"/api/tasks/{task_id}/claim", {"version": 1}, 200)
    assert (await post(ben, path, done, 409))["detail"] == "Ann Lee has this task."
    assert (await post(ann, path, done | {"version": 1}, 409))["error"] == "stale-version"
    assert (await post(ann, path, done | {"outcome": "not-reached"}, 422))["error"] == "outcome-refused"
    assert (await post(ann, path, done | {"outcome": "magic"}, 422))["error"] == "invalid-request"
    completed = await post(ann, path, done, 200)
    assert (completed["status"], completed["version"]) == ("completed", 3)
    assert (await post(ann, path, done, 409))["error"] == "task-not-open"
    assert await items(ann, "/api/tasks") == []
    assert len(await items(ann, "/api/tasks", status="all")) == 1
    last = (await ann.get(f"/api/tasks/{task_id}")).json()["transitions"][-1]
    assert (last["staff_name"], last["outcome"], last["note"]) == ("Ann Lee", done["outcome"], done["note"])
