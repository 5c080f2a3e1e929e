"""The plain PostgreSQL that the demo carries, for tests: on loopback, for one run, and gone with it."""

from __future__ import annotations

import fcntl
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from simulators.demo.folder import Account, make_for, server_account, write_private
from simulators.demo.postgres import reachable_binaries, shipped_binaries
from tests.servers.patience import PATIENCE_S
from tests.servers.ports import LOOPBACK, free_port, wait_until_listening
from tests.servers.programs import program
from tests.servers.timescale_root import cache_folder

USER = "hearthbeat"
SETTINGS = (f"listen_addresses={LOOPBACK}", "unix_socket_directories=", "timezone=UTC", "fsync=off")


@contextmanager
def open_embedded() -> Iterator[str]:
    """The URL of a running server, as superuser."""
    account = server_account("postgres")
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # other workers may have to copy them too
        binaries = reachable_binaries(shipped_binaries(), cache, account)
    folder = Path(tempfile.mkdtemp(prefix="hearthbeat-"))
    try:
        with _serve(folder, binaries, account) as url:
            yield url
    finally:
        shutil.rmtree(folder)


@contextmanager
def _serve(folder: Path, binaries: Path, account: Account | None) -> Iterator[str]:
    make_for(folder, account)
    password, port = secrets.token_hex(16), free_port()
    write_private(folder / "password", password, account)
    access = (f"--username={USER}", f"--pwfile={folder}/password", "--auth=scram-sha-256")
    initdb = (
        binaries / "initdb",
        f"--pgdata={folder}/data",
        *access,
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    )
    subprocess.run(_as(account, *initdb), check=True, capture_output=True, cwd="/")
    settings = [word for setting in (*SETTINGS, f"port={port}") for word in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            _as(account, binaries / "postgres", "-D", folder / "data", *settings),
            stderr=log,
            stdout=log,
            cwd="/",
        )
    try:
        wait_until_listening(port, lambda: server.poll() is None)
        url = f"postgresql://{USER}:{password}@{LOOPBACK}:{port}/postgres"
        _wait_until_started(url)
        yield url
    finally:
        server.kill()
        server.wait()


def _wait_until_started(url: str, *, seconds: float = PATIENCE_S) -> None:
    """It listens before it lets anybody in."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _as(account: Account | None, *command: str | Path) -> list[str | Path]:
    """The command as the server's account, which root needs; it does not outlive us, whatever ends us."""
    setpriv = program("setpriv", "util-linux")
    drop = [f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups"] if account else []
    return [setpriv, "--pdeathsig", "KILL", *drop, *command]
