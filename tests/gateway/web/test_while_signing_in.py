"""An account that changes while its password is being looked at: who was signing in gets no session."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI

from gateway.database.connection import Connection
from gateway.staff import passwords
from gateway.staff.accounts import renew_password
from gateway.staff.sessions import Staff
from gateway.tasks import leavers
from tests.gateway.web.clinic import NOW, PASSWORD, Clinic

Change = Callable[[Connection, Staff, int], Awaitable[object]]


async def close(conn: Connection, by: Staff, staff_id: int) -> None:
    await leavers.deactivate(conn, by, staff_id, NOW)


async def renew(conn: Connection, by: Staff, staff_id: int) -> object:
    return await renew_password(conn, by, staff_id, NOW)


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Awaitable[Callable[[], None]]]:
    """Returns when a password is being looked at, with what lets that end."""
    began, may_end = asyncio.Event(), asyncio.Event()
    whole = passwords.is_password

    async def held(password: str, password_hash: str | None) -> bool:
        began.set()
        await may_end.wait()
        return await whole(password, password_hash)

    monkeypatch.setattr("gateway.staff.sign_in.is_password", held)

    async def begun() -> Callable[[], None]:
        await asyncio.wait_for(began.wait(), 10)
        return may_end.set

    return begun


@pytest.mark.parametrize("change", [close, renew])
async def test_signing_in_with_what_was_right_begins_no_session(
    app: FastAPI, clinic: Clinic, looking: Callable[[], Awaitable[Callable[[], None]]], change: Change
) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console") as ann:
        right = {"username": "ann", "password": PASSWORD}
        signing_in = asyncio.create_task(ann.post("/api/session", json=right))
        let_go = await looking()
        await change(clinic.conn, clinic.staff["adam"], clinic.staff["ann"].staff_id)
        await clinic.conn.commit()
        let_go()
        assert (await signing_in).json()["error"] == "wrong-password"
        assert (await ann.get("/api/me")).status_code == 401
    assert await (await clinic.conn.execute("SELECT FROM session")).fetchall() == []


@pytest.mark.parametrize("change", [close, renew])
async def test_choosing_a_password_does_not_undo_it(
    app: FastAPI,
    clinic: Clinic,
    monkeypatch: pytest.MonkeyPatch,
    looking: Callable[[], Awaitable[Callable[[], None]]],
    change: Change,
) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console") as ann:
        with monkeypatch.context() as undisturbed:
            undisturbed.setattr("gateway.staff.sign_in.is_password", passwords.is_password)
            right = {"username": "ann", "password": PASSWORD}
            assert (await ann.post("/api/session", json=right)).status_code == 204
        chosen = {"current_password": PASSWORD, "new_password": "four quiet words in a row"}
        choosing = asyncio.create_task(ann.post("/api/me/password", json=chosen))
        let_go = await looking()
        await change(clinic.conn, clinic.staff["adam"], clinic.staff["ann"].staff_id)
        [(kept,)] = await hashes(clinic)
        await clinic.conn.commit()
        let_go()
        assert (await choosing).json()["error"] == "wrong-password"
    assert await hashes(clinic) == [(kept,)]


async def test_a_session_of_a_closed_account_opens_nothing(app: FastAPI, clinic: Clinic) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console") as ann:
        await ann.post("/api/session", json={"username": "ann", "password": PASSWORD})
        await clinic.conn.execute("UPDATE staff SET deactivated_at = now() WHERE username = 'ann'")
        await clinic.conn.commit()
        assert (await ann.get("/api/me")).status_code == 401


async def hashes(clinic: Clinic) -> list[tuple[str]]:
    found = await clinic.conn.execute("SELECT password_hash FROM staff WHERE username = 'ann'")
    return await found.fetchall()


async def test_nobody_renews_their_own_password_by_the_route_of_others(
    app: FastAPI, clinic: Clinic, sign_in: Callable[[str], Awaitable[httpx.AsyncClient]]
) -> None:
    adam = await sign_in("adam")
    own = clinic.staff["adam"].staff_id
    refused = await adam.post(f"/api/staff/{own}/password")
    assert (refused.status_code, refused.json()["error"]) == (409, "not-yourself")
    assert "`POST /api/me/password`" in refused.json()["detail"]
    assert (await adam.get("/api/me")).status_code == 200
    assert 'href="/account"' in (await adam.get(f"/setup/staff/{own}")).text
