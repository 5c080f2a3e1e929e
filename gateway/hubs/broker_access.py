"""Who may use the broker: passwords of hubs, and the file that mosquitto reads them from."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gateway.database.connection import Connection
from gateway.errors import Conflict, Unavailable
from gateway.hubs import hubs
from gateway.settings import SettingError, Settings

ITERATIONS = 101
"""As mosquitto_passwd 2.0 has it: passwords are 256 random bits, and the broker hashes in its one thread."""
SALT_BYTES = 12


class PasswordsNotWritten(Unavailable):
    """The file from which the broker reads passwords cannot be written."""


class NameReserved(Conflict):
    """The broker knows the gateway itself by that name."""


@dataclass(frozen=True)
class HubAccess:
    """What a hub signs in to the broker with. The database keeps its hash. None: it was shown before."""

    name: str
    password: str | None = None


async def enrol(conn: Connection, settings: Settings, organisation_id: int, name: str) -> HubAccess:
    """A new hub. Raises HubExists and NameReserved; and PasswordsNotWritten, with nothing enrolled."""
    if name == settings.broker.username:
        raise NameReserved(f"The gateway itself is named {name}.")
    await hubs.lock_broker_access(conn)
    password = secrets.token_urlsafe(32)
    await hubs.add(conn, organisation_id, name, hash_password(password))
    await publish(conn, settings)
    return HubAccess(name, password)


async def renew(conn: Connection, settings: Settings, organisation_id: int, name: str) -> HubAccess:
    """A new password for a hub; the old one ends once the broker reads it.

    Raises UnknownHub and PasswordsNotWritten.
    """
    await hubs.lock_broker_access(conn)
    password = secrets.token_urlsafe(32)
    await hubs.set_password(conn, organisation_id, name, hash_password(password))
    await publish(conn, settings)
    return HubAccess(name, password)


async def publish(conn: Connection, settings: Settings) -> None:
    """Write the broker's password files, if they are set: every hub, and the gateway.

    The gateway stands in a file of its own if it has a listener of its own, so that it signs in nowhere else.
    Raises PasswordsNotWritten.
    """
    if settings.broker_passwords_file is None:
        return
    await hubs.lock_broker_access(conn)
    theirs = await hubs.broker_passwords(conn)
    try:
        own = (settings.broker.username, hash_password(settings.broker.password()))
        if settings.gateway_passwords_file is None:
            replace_file(settings.broker_passwords_file, [own, *theirs])
        else:
            replace_file(settings.gateway_passwords_file, [own])
            replace_file(settings.broker_passwords_file, theirs)
    except (OSError, SettingError) as error:
        why = error.strerror if isinstance(error, OSError) else "the gateway's own is not to be read"
        raise PasswordsNotWritten(
            f"The broker's passwords cannot be written ({why}), and nothing was changed."
            " Whoever runs the gateway mends what HEARTHBEAT_BROKER_PASSWORDS_FILE and"
            " HEARTHBEAT_BROKER_GATEWAY_PASSWORDS_FILE name; then try again."
        ) from error


def hash_password(password: str, salt: bytes | None = None) -> str:
    """In mosquitto's format: $7$iterations$salt$hash, PBKDF2-HMAC-SHA512."""
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    hashed = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ITERATIONS)
    return f"$7${ITERATIONS}${b64encode(salt).decode()}${b64encode(hashed).decode()}"


def replace_file(path: Path, passwords: Iterable[tuple[str, str]]) -> None:
    """Put the whole file in place at once; its group, the broker's, stays as it is."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.writelines(f"{name}:{password_hash}\n" for name, password_hash in passwords)
            os.fchmod(file.fileno(), 0o640)
            if path.exists():
                os.fchown(file.fileno(), -1, path.stat().st_gid)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
