"""`hearthbeat staff reset` as it is typed: the way back of somebody whose password is lost."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import httpx
from fastapi import FastAPI

from tests.gateway.commands.test_quarantine import hearthbeat
from tests.gateway.web.clinic import PASSWORD, Clinic
from tests.gateway.web.conftest import SignIn, app, clinic, resources, sign_in

__all__ = ["app", "clinic", "resources", "sign_in"]


async def test_a_lost_administrators_password_has_a_way_back(
    app: FastAPI, clinic: Clinic, sign_in: SignIn, database_url: str, tmp_path: Path
) -> None:
    signed_in, file = await sign_in("adam"), tmp_path / "sign-in.toml"
    code, said = await hearthbeat(
        database_url, "staff", "reset", "--user", "adam", "--sign-in-file", str(file)
    )
    assert (code, said.startswith(f"sign in with {file}, until ")) == (0, True)
    assert file.stat().st_mode & 0o777 == 0o600
    kept = tomllib.loads(file.read_text())
    assert (await signed_in.get("/api/me")).status_code == 401
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console") as adam:
        lost = {"username": "adam", "password": PASSWORD}
        assert (await adam.post("/api/session", json=lost)).status_code == 401
        given = {"username": kept["user"], "password": kept["password"]}
        assert (await adam.post("/api/session", json=given)).status_code == 204
        assert (await adam.get("/api/staff")).json()["error"] == "own-password-needed"
    recorded = await clinic.conn.execute(
        "SELECT method, path, outcome FROM access JOIN staff USING (staff_id)"
    )
    assert ("COMMAND", "hearthbeat staff reset", "done") in await recorded.fetchall()


async def test_it_is_printed_where_no_file_is_named(clinic: Clinic, database_url: str) -> None:
    code, said = await hearthbeat(database_url, "staff", "reset", "--user", "ann")
    assert code == 0
    assert re.fullmatch(r"user ann, one-time password ([a-z2-9]{4}-){3}[a-z2-9]{4}, until .* UTC\n", said)


async def test_a_closed_account_stays_closed_and_nobody_is_nobody(clinic: Clinic, database_url: str) -> None:
    await clinic.conn.execute("UPDATE staff SET deactivated_at = now() WHERE username = 'ann'")
    await clinic.conn.commit()
    code, said = await hearthbeat(database_url, "staff", "reset", "--user", "ann")
    closed = (
        "Error: the account of ann is closed. An administrator opens it again in the console, "
        "under Set-up, Staff; of yours are open: adam\n"
    )
    assert (code, said) == (1, closed)
    code, said = await hearthbeat(database_url, "staff", "reset", "--user", "nobody")
    assert (code, said) == (1, "Error: there is nobody of the user name 'nobody'\n")
    assert (await hearthbeat(database_url, "staff", "reset"))[0] == 2


async def test_a_file_that_cannot_be_written_changes_nothing(clinic: Clinic, database_url: str) -> None:
    before = await (await clinic.conn.execute("SELECT password_hash FROM staff ORDER BY 1")).fetchall()
    code, said = await hearthbeat(
        database_url, "staff", "reset", "--user", "adam", "--sign-in-file", "/nowhere/sign-in.toml"
    )
    assert (code, "No such file or directory" in said) == (1, True)
    await clinic.conn.rollback()
    assert (
        await (await clinic.conn.execute("SELECT password_hash FROM staff ORDER BY 1")).fetchall() == before
    )
