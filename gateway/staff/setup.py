"""The first start: an organisation with one care team and one administrator, and the secrets they need."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gateway.database.connection import Connection
from gateway.staff import organisations
from gateway.staff.passwords import hash_password
from gateway.staff.permissions import Role

FIRST_TEAM = "Care team"


@dataclass(frozen=True)
class SignIn:
    """What somebody signs in with."""

    user: str
    password: str


async def initialise(conn: Connection, organisation: str, now: datetime) -> SignIn | None:
    """Make the organisation, its care team and its administrator; None where the organisation exists.

    Write the sign-in file before the transaction ends: the password is kept nowhere else.
    """
    organisation_id = await organisations.add_organisation(conn, organisation)
    if organisation_id is None:
        return None
    team_id = await organisations.add_care_team(conn, organisation_id, FIRST_TEAM)
    sign_in = SignIn(f"admin-{organisation_id}", secrets.token_urlsafe(16))
    await organisations.add_staff(
        conn,
        organisation_id,
        username=sign_in.user,
        name="Administrator",
        role=Role.ADMINISTRATOR,
        password_hash=await hash_password(sign_in.password),
        care_team_ids=[team_id],
        now=now,
    )
    return sign_in


def write_sign_in(path: Path, sign_in: SignIn) -> None:
    """As TOML, readable by its owner alone. Raises OSError."""
    _write_secret(path, f'user = "{sign_in.user}"\npassword = "{sign_in.password}"\n')


def ensure_broker_password(path: Path) -> None:
    """Make the gateway's own password for the broker, unless there is one. Raises OSError."""
    if not path.exists():
        _write_secret(path, secrets.token_urlsafe(32) + "\n")


def _write_secret(path: Path, content: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
    temporary.replace(path)
