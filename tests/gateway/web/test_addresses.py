"""Addresses that are typed by hand, kept too long or reloaded lead somewhere, in words for people."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from gateway.web.parts.form_redirects import LEADS_BACK
from tests.gateway.web.clinic import Clinic
from tests.gateway.web.conftest import SignIn

MISTYPED = (
    "/nothing",
    "/tasks/12a",
    "/tasks/0",
    "/patients/99999999999999999999",
    "/patients/1/nothing",
    "/setup/staff/ann",
    "/setup/hubs/none/such",
    "/setup/devices/assign?source_id=x",
    "/?priority=loud",
)


async def test_a_mistyped_address_is_said_in_plain_words_with_a_way_back(sign_in: SignIn) -> None:
    adam = await sign_in("adam")
    for path in MISTYPED:
        page = await adam.get(path, follow_redirects=True)
        assert page.status_code == 404, path
        assert "There is no page at this address" in page.text, path
        assert '<a href="/">Back to the task list</a>' in page.text
        assert "Input should" not in page.text
    programs = await adam.get("/api/patients/abc")
    assert (programs.status_code, programs.json()["error"]) == (422, "invalid-request")


async def test_what_a_form_sends_too_much_of_is_said_in_plain_words(sign_in: SignIn, clinic: Clinic) -> None:
    ann = await sign_in("ann")
    patient_id = await clinic.add_patient()
    refused = await ann.post(f"/patients/{patient_id}/notes", data={"note": "x" * 4001})
    assert refused.status_code == 422
    assert "At most 4000 characters." in refused.text
    assert "body" not in refused.text.partition("<main")[2].partition("</main>")[0]


async def test_reloading_what_a_form_answered_leads_to_the_page_of_the_form(
    app: FastAPI, sign_in: SignIn, clinic: Clinic
) -> None:
    ann, adam = await sign_in("ann"), await sign_in("adam")
    patient_id = await clinic.add_patient()
    task_id = await clinic.add_task(patient_id)
    refused = await ann.post(f"/tasks/{task_id}/complete", data={"version": "1", "outcome": ""})
    assert refused.status_code == 422
    back = await ann.get(f"/tasks/{task_id}/complete")
    assert (back.status_code, back.headers["location"]) == (303, f"/tasks/{task_id}")
    known = {
        "patient_id": patient_id,
        "task_id": task_id,
        "staff_id": clinic.staff["ben"].staff_id,
        "number": 1,
        "action": "retire",
    }
    paths = [each.path or "" for each in iter_route_contexts(app.routes) if each.name == LEADS_BACK]
    assert len(paths) > 9
    for path in paths:
        back = await adam.get(path.format(**known))
        assert back.status_code == 303, path
        if "quarantine" not in path:  # there is none
            assert (await adam.get(back.headers["location"])).status_code == 200, path


def test_every_address_that_takes_forms_has_a_page(app: FastAPI) -> None:
    routes = [each.original_route for each in iter_route_contexts(app.routes)]
    known = [(each, each.methods or set()) for each in routes if isinstance(each, APIRoute)]
    pages = [each for each, methods in known if "GET" in methods]
    forms = [each.path for each, methods in known if "POST" in methods and not each.include_in_schema]
    assert "/setup/patients/{patient_id}/limits/{limit_id}/actions/end" in forms
    for path in forms:
        asked = path.replace("{", "").replace("}", "")
        assert any(page.path_regex.match(asked) for page in pages), path
