"""Sessions, the throttle, and requests that come from elsewhere."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from gateway.resources import Resources
from gateway.staff.throttle import FREE_AT_ACCOUNT, MAX_ATTEMPTS_AT_ALL_ACCOUNTS, MAX_ATTEMPTS_FROM_ADDRESS
from gateway.web.app import create_app
from gateway.web.live import Live
from tests.gateway.web.clinic import NOW, PASSWORD, Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.ends import LONGEST, NUMBERS, TEXTS

RIGHT = {"username": "ann", "password": PASSWORD}
WRONG = {"username": "ann", "password": "a guess"}


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(resources: Resources, clinic: Clinic, clock: Clock) -> FastAPI:
    return create_app(resources, Live(), clock)


def visit(app: FastAPI, address: str = "192.0.2.1", **headers: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, client=(address, 50000))
    return httpx.AsyncClient(transport=transport, base_url="http://console", headers=headers)


async def test_a_session_lasts_twelve_hours_and_ends_on_request(app: FastAPI, clock: Clock) -> None:
    async with visit(app) as client:
        assert (await client.get("/api/me")).json()["error"] == "not-signed-in"
        answer = await client.post("/api/session", json=RIGHT)
        cookie = answer.headers["set-cookie"]
        assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"))
        assert (await client.get("/api/me")).json() == {"username": "ann", "name": "Ann Lee", "role": "nurse"}
        clock.now += timedelta(hours=12)
        assert (await client.get("/api/me")).status_code == 401
        await client.post("/api/session", json=RIGHT)
        assert (await client.get("/api/me")).status_code == 200
        stolen = client.cookies["hearthbeat_session"]
        assert (await client.delete("/api/session")).status_code == 204
        assert (
            await client.get("/api/me", headers={"cookie": f"hearthbeat_session={stolen}"})
        ).status_code == 401


async def test_the_database_knows_no_token(app: FastAPI, clinic: Clinic) -> None:
    async with visit(app) as client:
        await client.post("/api/session", json=RIGHT)
        token = client.cookies["hearthbeat_session"]
    [(stored,)] = await (await clinic.conn.execute("SELECT token_hash FROM session")).fetchall()
    assert stored == hashlib.sha256(token.encode()).digest()


async def test_guessing_is_throttled_and_nobody_elsewhere_locked_out(app: FastAPI, clock: Clock) -> None:
    async with visit(app) as guesser, visit(app, "192.0.2.2") as ann:
        for _ in range(MAX_ATTEMPTS_FROM_ADDRESS):
            assert (await guesser.post("/api/session", json=WRONG)).json()["error"] == "wrong-password"
        assert (await guesser.post("/api/session", json=RIGHT)).json()["error"] == "too-many-attempts"
        assert (await ann.post("/api/session", json=RIGHT)).status_code == 204
        clock.now += timedelta(minutes=16)
        assert (await guesser.post("/api/session", json=RIGHT)).status_code == 204


async def test_what_was_refused_does_not_count_and_the_owner_gets_in_from_elsewhere(app: FastAPI) -> None:
    async with visit(app) as guesser, visit(app, "192.0.2.2") as ann:
        answers = [(await guesser.post("/api/session", json=WRONG)).status_code for _ in range(55)]
        assert answers == [401] * MAX_ATTEMPTS_FROM_ADDRESS + [429] * (55 - MAX_ATTEMPTS_FROM_ADDRESS)
        assert (await ann.post("/api/session", json=RIGHT)).status_code == 204


async def test_a_browser_in_which_one_signed_in_before_is_let_in_whoever_guesses(
    app: FastAPI, clinic: Clinic, clock: Clock
) -> None:
    async with visit(app) as ann, visit(app) as other:
        assert (await ann.post("/api/session", json=RIGHT)).status_code == 204
        await ann.delete("/api/session")
        tried = [await attempt_from(app, f"198.51.100.{number}") for number in range(30)]
        assert tried == [401] * FREE_AT_ACCOUNT + [429] * (30 - FREE_AT_ACCOUNT)
        assert "wait 1 s." in (await other.post("/api/session", json=RIGHT)).json()["detail"]
        assert (await ann.post("/api/session", json=RIGHT)).status_code == 204
        assert "ann: 10 attempts" in (await ann.get("/")).text
        clock.now += timedelta(seconds=1)
        assert (await other.post("/api/session", json=RIGHT)).status_code == 204


async def test_a_one_time_password_is_a_way_in_however_many_guess(app: FastAPI, clinic: Clinic) -> None:
    tried = [await attempt_from(app, f"198.51.100.{number}") for number in range(FREE_AT_ACCOUNT + 1)]
    assert tried[-1] == 429
    one_time = "UPDATE staff SET password_expires_at = %s WHERE username = 'ann'"
    await clinic.conn.execute(one_time, [NOW + timedelta(hours=72)])
    await clinic.conn.commit()
    async with visit(app) as ann:
        assert (await ann.post("/api/session", json=RIGHT)).status_code == 204


async def test_a_known_browser_has_a_limit_of_its_own_and_is_known_for_its_people_alone(app: FastAPI) -> None:
    async with visit(app) as ann:
        await ann.post("/api/session", json=RIGHT)
        wrong = [(await ann.post("/api/session", json=WRONG)).status_code for _ in range(6)]
        assert wrong == [401] * MAX_ATTEMPTS_FROM_ADDRESS + [429]
        assert "wait 15 minutes" in (await ann.post("/api/session", json=RIGHT)).json()["detail"]
        ben = {"username": "ben", "password": "a guess"}
        wrong = [(await ann.post("/api/session", json=ben)).status_code for _ in range(6)]
        assert wrong == [401] * MAX_ATTEMPTS_FROM_ADDRESS + [429]
        cookie = {"hearthbeat_browser": ann.cookies["hearthbeat_browser"]}
    async with visit(app, "192.0.2.9") as stranger:
        stranger.cookies.update(cookie)  # whoever takes the cookie along has tried often enough with it
        assert (await stranger.post("/api/session", json=RIGHT)).status_code == 429


async def test_one_address_tries_only_so_many_accounts(app: FastAPI) -> None:
    async with visit(app) as sprayer, visit(app, "192.0.2.2") as ann:
        for number in range(MAX_ATTEMPTS_AT_ALL_ACCOUNTS):
            one = {"username": f"nobody-{number}", "password": "a guess"}
            assert (await sprayer.post("/api/session", json=one)).status_code == 401
        assert (await sprayer.post("/api/session", json=RIGHT)).status_code == 429
        assert (await ann.post("/api/session", json=RIGHT)).status_code == 204


async def test_all_addresses_of_one_line_count_as_one(app: FastAPI) -> None:
    tried = [await attempt_from(app, f"2001:db8:1:2::{number:x}") for number in range(8)]
    assert tried == [401] * MAX_ATTEMPTS_FROM_ADDRESS + [429] * (8 - MAX_ATTEMPTS_FROM_ADDRESS)
    assert await attempt_from(app, "2001:db8:1:3::1") == 401


async def test_many_attempts_at_once_gain_nothing(app: FastAPI) -> None:
    async with visit(app) as guesser:
        answers = await asyncio.gather(*(guesser.post("/api/session", json=WRONG) for _ in range(12)))
        assert sorted(each.status_code for each in answers) == [401] * 5 + [429] * 7


async def test_who_signs_in_again_leaves_no_session_behind(app: FastAPI) -> None:
    async with visit(app) as ann, visit(app) as elsewhere, visit(app) as thief:
        await elsewhere.post("/api/session", json=RIGHT)
        await ann.post("/api/session", json=RIGHT)
        thief.cookies.update({"hearthbeat_session": ann.cookies["hearthbeat_session"]})
        assert (await ann.post("/api/session", json=RIGHT)).status_code == 204
        assert (await thief.get("/api/me")).status_code == 401
        assert (await elsewhere.get("/api/me")).status_code == (await ann.get("/api/me")).status_code == 200


async def attempt_from(app: FastAPI, address: str) -> int:
    async with visit(app, address) as client:
        return (await client.post("/api/session", json=WRONG)).status_code


@pytest.mark.parametrize("path", ["/api/session", "/api/me/password"])
async def test_the_ends_of_what_is_typed_break_nothing(app: FastAPI, clock: Clock, path: str) -> None:
    typed = RIGHT if path == "/api/session" else {"current_password": PASSWORD, "new_password": "x" * 20}
    async with visit(app) as ann:
        assert (await ann.post("/api/session", json=RIGHT)).status_code == 204
        for field in typed:
            for end in (*TEXTS, "x" * LONGEST, None, [], *NUMBERS):
                clock.now += timedelta(minutes=4)  # four at most count together
                content = json.dumps(typed | {field: end})
                answer = await ann.post(path, content=content, headers={"content-type": "application/json"})
                assert answer.status_code in {204, 401, 422}, (field, end, answer.text)


async def test_an_unknown_account_is_answered_like_a_wrong_password(app: FastAPI) -> None:
    async with visit(app) as client:
        unknown = await client.post("/api/session", json=RIGHT | {"username": "nobody"})
        wrong = await client.post("/api/session", json=WRONG)
        assert (unknown.status_code, unknown.json()) == (wrong.status_code, wrong.json())


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://elsewhere"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://console"},
    ],
)
async def test_other_sites_change_nothing(app: FastAPI, headers: dict[str, str]) -> None:
    async with visit(app) as client:
        await client.post("/api/session", json=RIGHT)
        for path in ("/api/session", "/sign-in", "/sign-out", "/tasks/1/claim"):
            answer = await client.post(path, data={"username": "ann"}, headers=headers)
            assert (answer.status_code, answer.json()["error"]) == (403, "cross-site")
        assert (await client.get("/api/me")).status_code == 200


async def test_our_own_pages_change_things(app: FastAPI) -> None:
    async with visit(app) as client:
        headers = {"sec-fetch-site": "same-origin", "origin": "http://console"}
        assert (await client.post("/sign-in", data=RIGHT, headers=headers)).status_code == 303
        assert (await client.get("/")).status_code == 200
        assert (await client.post("/sign-out", headers=headers)).headers["location"] == "/sign-in"
        assert (await client.get("/")).headers["location"] == "/sign-in"


async def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(app: FastAPI) -> None:
    async with visit(app) as client:
        answer = await client.get("/banner", headers={"hx-request": "true"})
        assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/sign-in")
        assert (await client.get("/events")).status_code == 401


async def test_no_body_is_read_without_bounds(app: FastAPI) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b"{}"

    async with visit(app) as client:
        assert (await client.post("/api/session", content=endless())).json()["error"] == "length-required"
        assert (await client.post("/api/session", content=b"x" * 65_537)).json()["error"] == "too-large"


async def test_every_answer_is_guarded(app: FastAPI) -> None:
    async with visit(app) as client:
        for path in ("/sign-in", "/docs", "/api/me", "/static/console.js", "/nothing"):
            headers = (await client.get(path)).headers
            assert "script-src 'self'; style-src 'self';" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
        assert (await client.get("/sign-in")).headers["cache-control"] == "no-store"


async def test_who_signs_out_is_told_what_is_still_theirs(sign_in: SignIn, clinic: Clinic) -> None:
    ann = await sign_in("ann")
    task_id = await clinic.add_task(await clinic.add_patient())
    await ann.post(f"/tasks/{task_id}/claim", data={"version": "1"})
    told = await ann.post("/sign-out")
    assert "1 open task is yours or offered to you." in told.text
    assert "Miller" not in told.text
    assert "1 open task" in (await ann.get("/?show=mine")).text
    assert (await ann.post("/sign-out?anyway=true")).headers["location"] == "/sign-in"
    assert (await ann.get("/")).headers["location"] == "/sign-in"
    ben = await sign_in("ben")
    assert (await ben.post("/sign-out")).headers["location"] == "/sign-in"
