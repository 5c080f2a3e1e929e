"""The embedded server: one role, on loopback, as its own user, and back after kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress

import psycopg
import pytest

from simulators.demo.folder import Folder, server_account
from simulators.demo.postgres import Postgres, open_postgres, reachable_binaries, shipped_binaries
from simulators.demo.supervisor import Supervisor
from tests.servers.patience import eventually
from tests.servers.ports import free_port

ENVIRONMENT = {"PATH": os.defpath}


@pytest.fixture
def postgres(folder: Folder) -> Postgres:
    return open_postgres(folder, free_port(), ENVIRONMENT)


async def query(url: str, sql: str) -> object:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as conn:
        cursor = await conn.execute(sql.encode())
        row = await cursor.fetchone() if cursor.description else None
        return row[0] if row else None


async def test_data_outlives_a_killed_server(postgres: Postgres, supervisor: Supervisor) -> None:
    await postgres.set_up(supervisor)
    await supervisor.start(postgres.server())
    await query(postgres.url, "CREATE TABLE kept AS SELECT 42 AS number")
    server = int((postgres.data / "postmaster.pid").read_text().split()[0])
    os.kill(server, signal.SIGKILL)

    async def kept() -> object:
        with suppress(psycopg.OperationalError):
            return await query(postgres.url, "SELECT number FROM kept")
        return None

    assert await eventually(kept) == 42
    assert int((postgres.data / "postmaster.pid").read_text().split()[0]) != server


async def test_only_one_role_with_its_password_comes_in_and_it_is_no_superuser(
    postgres: Postgres, supervisor: Supervisor
) -> None:
    await postgres.set_up(supervisor)
    await supervisor.start(postgres.server())
    assert await query(postgres.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    for stranger in (
        postgres.url.replace(postgres.password, "guessed"),
        postgres.url.replace("//hearthbeat", "//postgres"),
        postgres.url.removesuffix("hearthbeat") + "postgres",
    ):
        with pytest.raises(psycopg.OperationalError):
            await query(stranger, "SELECT 1")


async def test_it_listens_on_loopback_and_on_no_socket(postgres: Postgres, supervisor: Supervisor) -> None:
    await postgres.set_up(supervisor)
    await supervisor.start(postgres.server())
    *_, socket_folder, address = (postgres.data / "postmaster.pid").read_text().splitlines()[:6]
    assert (socket_folder, address) == ("", "127.0.0.1")


async def test_nothing_belongs_to_root_and_no_log_holds_the_password(
    folder: Folder, postgres: Postgres, supervisor: Supervisor
) -> None:
    await postgres.set_up(supervisor)
    await supervisor.start(postgres.server())
    owner = postgres.account.uid if postgres.account else os.geteuid()
    assert {path.stat().st_uid for path in postgres.data.rglob("*")} == {owner}
    assert [log.name for log in folder.logs.iterdir() if postgres.password in log.read_text()] == []


async def test_an_error_does_not_put_what_was_to_be_stored_into_the_log(
    folder: Folder, postgres: Postgres, supervisor: Supervisor
) -> None:
    await postgres.set_up(supervisor)
    await supervisor.start(postgres.server())
    await query(postgres.url, "CREATE TABLE person (name text UNIQUE)")
    for _ in range(2):
        with suppress(psycopg.errors.UniqueViolation):
            await query(postgres.url, "INSERT INTO person VALUES ('Somebody')")
    log = (folder.logs / "database.log").read_text()
    assert "duplicate key value" in log
    assert "Somebody" not in log


async def test_a_set_up_that_was_cut_short_is_begun_again(postgres: Postgres, supervisor: Supervisor) -> None:
    half = postgres.folder / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    await postgres.set_up(supervisor)
    await supervisor.start(postgres.server())
    assert await query(postgres.url, "SELECT 1") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as somebody else")
def test_binaries_in_a_closed_folder_are_copied(folder: Folder) -> None:
    account = server_account("nobody")
    assert account
    closed = folder.home / "closed"
    closed.mkdir(mode=0o700)
    installed = shipped_binaries()
    packages = installed.parents[2]
    (closed / "packages").symlink_to(packages)
    shipped = closed / "packages" / installed.relative_to(packages)
    copied = reachable_binaries(shipped, folder.home, account)
    assert copied.is_relative_to(folder.home)
    assert not copied.is_relative_to(closed)
    for program in ("initdb", "postgres"):
        subprocess.run([copied / program, "--version"], user=account.uid, cwd="/", check=True)
    assert reachable_binaries(shipped, folder.home, account) == copied


def test_reachable_binaries_are_used_in_place(folder: Folder) -> None:
    shipped = shipped_binaries()
    assert reachable_binaries(shipped, folder.home, account=None) == shipped
