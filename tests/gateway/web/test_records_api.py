"""Notes on a patient, and time spent, by the API."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from fastapi import FastAPI

from gateway.web.app import create_app
from gateway.web.live import Live
from tests.gateway.web.clinic import NOW, Clinic
from tests.gateway.web.conftest import SignIn


async def test_notes_of_patient_and_tasks_are_one_list(sign_in: SignIn, clinic: Clinic) -> None:
    patient_id = await clinic.add_patient()
    ann, cleo = await sign_in("ann"), await sign_in("cleo")
    path = f"/api/patients/{patient_id}/notes"
    assert (await ann.post(path, json={"note": 'Deaf in the left ear <b>"so"'})).status_code == 204
    assert (await ann.post(path, json={"note": "  "})).status_code == 422
    assert (await cleo.post(path, json={"note": "x"})).status_code == 404
    assert (await cleo.get(path)).status_code == 404
    [note] = (await ann.get(path)).json()
    assert (note["staff_name"], note["note"], note["task_id"]) == (
        "Ann Lee",
        'Deaf in the left ear <b>"so"',
        None,
    )


async def test_time_spent_is_never_more_than_has_passed_and_is_counted_once(
    app: FastAPI, sign_in: SignIn, clinic: Clinic
) -> None:
    patient_id = await clinic.add_patient()
    ann, ben = await sign_in("ann"), await sign_in("ben")
    visit = f"/api/patients/{patient_id}/visits/{uuid4()}"
    web = app.state.web

    async def keep(client_name: str, minutes: int, seconds: int) -> None:
        app.state.web = create_app(web.resources, Live(), lambda: NOW + timedelta(minutes=minutes)).state.web
        client = ann if client_name == "ann" else ben
        assert (await client.put(visit, json={"seconds": seconds})).status_code == 204

    await keep("ann", 0, 0)
    await keep("ann", 2, 90)
    await keep("ann", 2, 80)  # came late: time does not shrink
    await keep("ben", 3, 150)  # is not his visit
    await keep("ann", 3, 4000)
    since = (NOW - timedelta(days=1)).isoformat()
    answer = await ann.get(f"/api/patients/{patient_id}/visits", params={"since": since})
    assert [(each["staff_name"], each["seconds"]) for each in answer.json()] == [("Ann Lee", 180)]
    page = (await ann.get(f"/patients/{patient_id}/time")).text
    assert ("March 2026" in page, "3:00 min" in page) == (True, True)
