"""The ends of every field of every route, and of every form: nothing breaks, now or afterwards."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from gateway.resources import Resources
from gateway.web.guard.errors import Problem
from tests.gateway.web.clinic import HUB, Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.ends import End, Form, FormReader, Operation, Request, operations
from tests.gateway.web.whole_clinic import WholeClinic
from tests.servers.mail_server import MailServer, open_mail_server

UNASKED = {("delete", "/api/session"), ("post", "/api/me/password"), ("post", "/api/session")}
"""They end the session, or are counted against whoever asks: tests of signing in ask them."""
NOT_AT_ONCE = {
    "/api/patients/{patient_id}/corrections/{reading_correction_id}/withdraw": 404,  # all were withdrawn
    "/api/quarantine/{quarantine_id}/retry": 409,  # it has no header
    "/api/tasks/{task_id}/reopen": 409,  # it is open
}
"""What the plain request is answered where it is not done."""
OTHERWISE: Mapping[str, Mapping[str, object]] = {
    "/api/patients/{patient_id}/adherence": {"until": "2026-03-02"},
    "/api/hubs/{name}/password": {"name": HUB},
    "/api/hubs/{name}/gaps": {"name": HUB},
    "/api/patients/{patient_id}/numbers/{name}": {"name": "dry_weight"},
}
"""What a name means where it means something else."""
TYPED = {
    "first_day": "2026-03-02",
    "last_day": "2026-03-05",
    "time": "2026-02-28T12:00",
    "taken_at": "2026-03-01T08:00",
    "patient": "P-1",
    "user": "",
    "cursor": "",
    "holidays": "",
}
"""What people type in a form otherwise than programs send it."""
DOCTORS = re.compile(
    r"/(limits|numbers|circumstances)|^/api/patients/\{patient_id\}/programmes/\{programme\}$"
)
"""What only clinicians may."""


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with open_mail_server() as server:
        yield server


@pytest.fixture
async def whole(clinic: Clinic, resources: Resources, app: FastAPI, mail: MailServer) -> WholeClinic:
    return await WholeClinic.open(clinic, resources, app, mail)


@pytest.mark.timeout(600)  # thousands of requests, beside whatever else runs
async def test_the_ends_of_every_field_of_the_api_break_nothing(
    whole: WholeClinic, sign_in: SignIn, mail: MailServer
) -> None:
    clients = {asker: await sign_in(asker) for asker in ("adam", "doc")}
    described, wrong, asked = whole.app.openapi(), list[str](), 0
    schemas = described["components"]["schemas"]
    for operation in operations(described):
        if not operation.path.startswith("/api/") or (operation.method, operation.path) in UNASKED:
            continue
        asker = "doc" if DOCTORS.search(operation.path) else "adam"
        known = await whole.known(asker)
        for end in (None, *operation.ends(schemas, known)):
            if operation.method != "get":
                known = await whole.known(asker)
            known |= OTHERWISE.get(operation.path, {})
            answer = await ask(clients[asker], operation.request(schemas, known, end))
            wrong += complaints(operation, end, answer)
            asked += 1
    assert not wrong, "\n".join(wrong)
    assert asked > 1500
    await whole.works(clients["adam"], mail)


async def ask(client: httpx.AsyncClient, request: Request) -> httpx.Response:
    path = request.path.format_map(
        {name: quote(_said(each), safe="") for name, each in request.in_path.items()}
    )
    query = {name: _said(each) for name, each in request.query.items()}
    if request.body is None:
        return await client.request(request.method, path, params=query)
    headers = {"content-type": "application/json"}
    content = json.dumps(request.body)
    return await client.request(request.method, path, params=query, content=content, headers=headers)


def _said(value: object) -> str:
    return str(value).encode(errors="replace").decode()


def complaints(operation: Operation, end: End | None, answer: httpx.Response) -> list[str]:
    """What is wrong with an answer, if anything is."""
    status, path = answer.status_code, operation.path
    said = f"{operation.method} {path} {end}: {status} {answer.text[:300]}"
    if status >= httpx.codes.INTERNAL_SERVER_ERROR or str(status) not in operation.answers:
        return [said]
    if answer.is_error:
        Problem.model_validate_json(answer.content)
    is_done = answer.is_success or status == NOT_AT_ONCE.get(path)
    return [f"not done: {said}"] if end is None and not is_done else []


@pytest.mark.timeout(600)  # as above
async def test_the_ends_of_every_field_of_every_form_break_nothing(
    whole: WholeClinic, sign_in: SignIn, mail: MailServer
) -> None:
    adam = await sign_in("adam")
    wrong, asked = list[str](), 0
    for form in await forms(whole, adam):
        known = await whole.known("adam")
        for name, end in [("", ""), *form.ends()]:
            if form.action.startswith("/tasks/"):
                known = await whole.known("adam")
            answer = await adam.post(form.action, data=typed(form, known) | ({name: end} if name else {}))
            asked += 1
            if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
                wrong.append(f"{form.action} {name}={end!r:.40}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert asked > 800
    await whole.works(adam, mail)


async def forms(whole: WholeClinic, client: httpx.AsyncClient) -> list[Form]:
    """One of each kind that a page holds."""
    found: dict[tuple[str, ...], Form] = {}
    for address in await whole.addresses():
        if not address.startswith("/api/"):
            answer = await client.get(address)
            assert answer.status_code == httpx.codes.OK, address
            for form in FormReader(answer.text).forms:
                if form.action not in {"/sign-out", "/account"}:
                    action = form.action or address
                    kind = (re.sub(r"[0-9]+", "N", action), *form.kinds)
                    found.setdefault(kind, form._replace(action=action))
    return list(found.values())


def typed(form: Form, known: Mapping[str, object]) -> dict[str, str]:
    """The form as the page has it, with what it has left empty, and for the task as it is now."""
    return {
        name: _typed(known, name) if name == "version" or not value else value
        for name, value in form.fields.items()
    }


def _typed(known: Mapping[str, object], name: str) -> str:
    value = TYPED.get(name, known.get(name, "something"))
    return "" if value is None or isinstance(value, list) else str(value)
