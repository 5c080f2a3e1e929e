"""The data folder: where everything lies, who may read it, and that only one demo uses it at a time."""

from __future__ import annotations

import fcntl
import os
import pwd
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from simulators.demo.errors import DemoError

LONGEST_SOCKET_PATH = 107
"""Bytes of a unix socket's address (unix(7): sun_path holds 108 with its closing NUL)."""


@dataclass(frozen=True)
class Account:
    """A user of this machine that a server runs as, so that it holds fewer rights than root."""

    name: str
    uid: int
    gid: int


def server_account(name: str) -> Account | None:
    """Whom a server runs as: for root the user `name`, or nobody if there is none; else None, oneself."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        entry = pwd.getpwnam("nobody")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def default_home(environment: Mapping[str, str]) -> Path:
    """Where the data lies if HEARTHBEAT_HOME does not say."""
    if os.geteuid() == 0:
        return Path("/var/lib/hearthbeat")
    base = environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "hearthbeat"


@dataclass(frozen=True)
class Folder:
    """The data folder. Root's may be passed through by the servers' accounts, and listed by nobody else."""

    home: Path

    @property
    def sign_in(self) -> Path:
        return self.home / "sign-in.toml"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def children(self) -> Path:
        return self.home / "children"

    @property
    def secrets(self) -> Path:
        return self.home / "secrets"

    @property
    def postgres(self) -> Path:
        return self.home / "postgres"

    @property
    def broker(self) -> Path:
        return self.home / "broker"

    @property
    def broker_passwords(self) -> Path:
        """Written by the gateway, for the broker: every hub's."""
        return self.secrets / "broker-passwords"

    @property
    def gateway_passwords(self) -> Path:
        """The same for the gateway's own listener."""
        return self.secrets / "broker-gateway-passwords"

    @property
    def homes(self) -> Path:
        return self.home / "homes"

    def make(self) -> None:
        """Make what is missing. Raises DemoError if that is not allowed."""
        try:
            self.home.parent.mkdir(parents=True, exist_ok=True)
            self.home.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, exist_ok=True)
            for private in (self.logs, self.children, self.secrets, self.homes):
                private.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise DemoError(
                f"the data folder {self.home} cannot be used: {error.strerror} ({error.filename}). "
                "Set HEARTHBEAT_HOME to a folder that is yours"
            ) from error

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep the folder to oneself. Raises DemoError if another demo has it."""
        path = self.home / "lock"
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise DemoError(
                f"the data folder {self.home} cannot be used: {error.strerror} ({path})"
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoError(
                f"another demo is running on {self.home}: stop it, or set HEARTHBEAT_HOME to another folder"
            ) from None
        else:
            yield
        finally:
            os.close(descriptor)


def make_for(path: Path, account: Account | None) -> None:
    """A folder that belongs to a server's account. Raises DemoError if that account cannot come there."""
    path.mkdir(mode=0o700, exist_ok=True)
    if account is None:
        return
    os.chown(path, account.uid, account.gid)
    reached = subprocess.run(
        ["test", "-w", path], user=account.uid, group=account.gid, extra_groups=[], cwd="/", check=False
    )
    if reached.returncode != 0:
        raise DemoError(
            f"the user {account.name} cannot reach {path}: a folder above it is closed. "
            "Set HEARTHBEAT_HOME to a folder outside closed ones, such as /var/lib/hearthbeat"
        )


def write_private(path: Path, text: str, owner: Account | None = None) -> None:
    """Put a file of mode 0600 in place whole: a reader, or a crash, sees the old one or the new one."""
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
        if owner is not None:
            os.fchown(file.fileno(), owner.uid, owner.gid)
    draft.replace(path)


def secret(path: Path) -> str:
    """The password in `path`, made at the first call."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(24))
    return path.read_text()
