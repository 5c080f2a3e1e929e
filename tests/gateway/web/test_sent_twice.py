"""What a form creates is there once, however often its button is pressed or its answer reloaded."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest

from tests.gateway.web.clinic import HUB, NOW, Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.forms import page, rows, send


@dataclass(frozen=True)
class Creating:
    """A form that creates: on which page, where it is sent, what is typed, and what counts what it made."""

    page: str
    counting: str
    fields: dict[str, str] = field(default_factory=dict)
    action: str = ""  # the page's own address


PATIENT = {
    "identifier": "P-7",
    "family_name": "Miller",
    "given_name": "Grace",
    "birth_date": "1951-05-04",
    "time_zone": "Europe/Berlin",
    "programmes": "diabetes",
}
DEVICE = {"patient": "P-1", "hub": HUB, "device_identifier": "cuff-1", "since": "now"}
TASK = {"title": "Call", "reason": "Dizzy", "priority": "routine"}
NEWCOMER = {"username": "dora", "name": "Dora Lee", "role": "nurse"}
ON_TASKS = "SELECT count(*) FROM task_transition WHERE action = "
FORMS = {
    "enrolment": Creating("/setup/patients/new", "SELECT count(*) FROM patient_profile", PATIENT),
    "assignment": Creating("/setup/devices/assign", "SELECT count(*) FROM assignment", DEVICE),
    "limit": Creating(
        "/setup/patients/1/limits/severe-blood-pressure/systolic_bp",
        "SELECT count(*) FROM personal_limit",
        {"value": "150", "why": "After the stroke"},
    ),
    "pause": Creating(
        "/setup/patients/1/pauses",
        "SELECT count(*) FROM pause",
        {"kind": "holiday", "first_day": "2026-03-05"},
    ),
    "task": Creating("/setup/patients/1/tasks", "SELECT count(*) FROM task", TASK),
    "team": Creating(
        "/setup/staff", "SELECT count(*) FROM care_team", {"name": "West"}, "/setup/staff/teams"
    ),
    "note": Creating(
        "/patients/1/notes", "SELECT count(*) FROM patient_note", {"note": "Likes to be called at ten."}
    ),
    "note on a task": Creating("/tasks/1", f"{ON_TASKS}'note'", {"note": "Voicemail."}, "/tasks/1/note"),
    "contact": Creating(
        "/tasks/1", "SELECT count(*) FROM contact_attempt", {"reached": "false"}, "/tasks/1/contact"
    ),
    "reopening": Creating("/tasks/2", f"{ON_TASKS}'reopen'", {"note": "Not done."}, "/tasks/2/reopen"),
}


async def open_form(client: httpx.AsyncClient, form: Creating) -> dict[str, str]:
    """What the form sends beside what is typed."""
    action = form.action or form.page
    [body] = re.findall(rf'<form[^>]* action="{action}".*?</form>', await page(client, form.page), re.DOTALL)
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', body))


async def count(clinic: Clinic, form: Creating) -> int:
    [(found,)] = await rows(clinic, form.counting)
    return int(found)


@pytest.mark.parametrize("name", FORMS)
async def test_a_form_that_is_sent_twice_creates_once(name: str, sign_in: SignIn, clinic: Clinic) -> None:
    form, adam = FORMS[name], await sign_in("adam")
    await clinic.add_hub()
    patient_id = await clinic.add_patient()
    await clinic.add_task(patient_id)
    closed = await clinic.add_task(patient_id, "routine")
    assert await send(adam, f"/tasks/{closed}/cancel", 303, version="1", note="Not needed.") == "/tasks/2"
    before = await count(clinic, form)
    sent = form.fields | await open_form(adam, form)
    answers = await asyncio.gather(*(send(adam, form.action or form.page, 303, **sent) for _ in range(2)))
    assert answers[0] == answers[1]
    assert await send(adam, form.action or form.page, 303, **sent) == answers[0]
    assert await count(clinic, form) == before + 1
    assert (await adam.get(answers[0])).status_code == 200


@pytest.mark.parametrize(
    ("form", "another"),
    [
        (Creating("/setup/staff/new", "SELECT count(*) FROM staff", NEWCOMER), "/setup/staff/5"),
        (
            Creating("/setup/hubs", "SELECT count(*) FROM hub", {"name": "home-17"}),
            "/setup/hubs/home-17/password",
        ),
    ],
)
async def test_a_password_is_shown_once_and_whoever_missed_it_makes_another(
    form: Creating, another: str, sign_in: SignIn, clinic: Clinic
) -> None:
    adam = await sign_in("adam")
    before = await count(clinic, form)
    sent = form.fields | await open_form(adam, form)
    [password] = re.findall(r"assword[^<]*</dt><dd><bdi>([^<]+)<", await send(adam, form.page, 200, **sent))
    again = await send(adam, form.page, 200, **sent)
    assert password not in again
    assert "was shown before" in again
    assert f'href="{another}"' in again
    assert "Make a" in await page(adam, another)
    assert await count(clinic, form) == before + 1
    kept = await rows(clinic, "SELECT answer FROM idempotency_key")
    assert kept
    assert password not in repr(kept)


async def test_what_is_meant_twice_is_created_twice(sign_in: SignIn, clinic: Clinic) -> None:
    ann, form = await sign_in("ann"), FORMS["note"]
    await clinic.add_patient()
    first, second = await open_form(ann, form), await open_form(ann, form)
    for sent in (form.fields | first, form.fields | second, first | {"note": "And on Sundays never."}):
        await send(ann, form.page, 303, **sent)
    assert await count(clinic, form) == 3


async def test_what_was_wrong_is_put_right_under_the_same_key(sign_in: SignIn, clinic: Clinic) -> None:
    ann, form = await sign_in("ann"), FORMS["pause"]
    await clinic.add_patient()
    sent = form.fields | await open_form(ann, form)
    backwards = sent | {"last_day": (NOW - timedelta(days=9)).date().isoformat()}
    for _ in range(2):
        await send(ann, form.page, 422, **backwards)
    await send(ann, form.page, 303, **sent)
    assert await count(clinic, form) == 1
