"""How errors are answered: in one shape, guarded as any answer, with what a program can go by."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from tests.gateway.web.clinic import Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.forms import send
from tests.gateway.web.programs import post


async def fail() -> None:
    raise LookupError("a fault of ours")


@pytest.fixture
async def visitor(app: FastAPI) -> httpx.AsyncClient:
    app.add_api_route("/api/fault", fail)
    app.add_api_route("/fault", fail)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://console")


async def test_a_fault_of_ours_is_guarded_too(visitor: httpx.AsyncClient) -> None:
    for path in ("/api/fault", "/fault"):
        answer = await visitor.get(path)
        assert answer.status_code == 500
        assert "script-src 'self'; style-src 'self';" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["connection"] == "close"
        assert "a fault of ours" not in answer.text
    assert (await visitor.get("/api/fault")).json()["error"] == "failure"


async def test_a_body_that_is_no_text_is_a_bad_request(sign_in: SignIn) -> None:
    adam = await sign_in("adam")
    headers = {"content-type": "application/json"}
    answer = await adam.post("/api/care-teams", content=b'{"name": "\xff"}', headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, "bad-request")


async def test_another_method_is_told_those_that_there_are(sign_in: SignIn) -> None:
    answer = await (await sign_in("adam")).delete("/api/hubs")
    assert (answer.status_code, answer.json()["error"]) == (405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, POST"


async def test_who_tries_too_often_is_told_how_long_to_wait(visitor: httpx.AsyncClient) -> None:
    attempt = {"username": "nobody", "password": "a guess"}
    for _ in range(5):
        await post(visitor, "/api/session", attempt, 401)
    refused = await visitor.post("/api/session", json=attempt)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "900")


async def test_days_that_cannot_be_are_named_beside_their_field(sign_in: SignIn, clinic: Clinic) -> None:
    ann = await sign_in("ann")
    pauses = f"/setup/patients/{await clinic.add_patient()}/pauses"
    for day in ("0001-01-01", "9999-12-31"):
        text = await send(ann, pauses, 422, kind="holiday", first_day=day)
        assert "Expected a date from 1980-01-02 to a hundred years from now." in text
