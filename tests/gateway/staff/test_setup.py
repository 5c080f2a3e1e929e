"""The first start, and what it leaves behind."""

from __future__ import annotations

import stat
import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest
from psycopg import AsyncConnection

from gateway.database.pool import Pool
from gateway.staff import setup, sign_in
from gateway.staff.permissions import PERMISSIONS, Permission, Role, may
from gateway.staff.sign_in import SignInAttempt, WrongPassword
from tests.gateway.ward import NOON


async def test_the_administrator_signs_in_with_what_the_file_says(pool: Pool, tmp_path: Path) -> None:
    file = tmp_path / "sign-in.toml"
    async with pool.connection() as conn:
        made = await setup.initialise(conn, "Clinic", NOON)
        assert made is not None
        setup.write_sign_in(file, made)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    read = tomllib.loads(file.read_text())
    assert read == asdict(made)
    await sign_in.sign_in(pool, SignInAttempt(read["user"], read["password"], ""), NOON)
    with pytest.raises(WrongPassword):
        await sign_in.sign_in(pool, SignInAttempt(read["user"], read["password"] + "x", ""), NOON)


async def test_it_is_made_once(pool: Pool) -> None:
    async with pool.connection() as conn:
        first = await setup.initialise(conn, "Clinic", NOON)
        assert await setup.initialise(conn, "Clinic", NOON) is None
        other = await setup.initialise(conn, "Another clinic", NOON)
    assert first is not None
    assert other is not None
    assert first.user != other.user


async def test_a_failed_start_leaves_nothing(pool: Pool, database_url: str, tmp_path: Path) -> None:
    async def start() -> None:
        async with pool.connection() as conn:
            made = await setup.initialise(conn, "Clinic", NOON)
            assert made is not None
            setup.write_sign_in(tmp_path / "nowhere" / "sign-in.toml", made)

    with pytest.raises(FileNotFoundError):
        await start()
    async with await AsyncConnection.connect(database_url) as conn:
        assert await (await conn.execute("SELECT FROM organisation")).fetchall() == []


def test_the_gateways_own_password_is_made_once(tmp_path: Path) -> None:
    file = tmp_path / "password"
    setup.ensure_broker_password(file)
    made = file.read_text()
    setup.ensure_broker_password(file)
    assert file.read_text() == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_every_role_has_its_row() -> None:
    assert set(PERMISSIONS) == set(Role)
    clinicians_alone = {Permission.LOOSEN_LIMITS}
    assert {action for action in Permission if not may(Role.ADMINISTRATOR, action)} == clinicians_alone
    assert not may(Role.NURSE, Permission.READ_QUARANTINE)
