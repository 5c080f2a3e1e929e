"""A real TimescaleDB for tests: it can be killed and started again, and leaves nothing behind."""

from __future__ import annotations

import os
import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psycopg

from tests.servers.patience import PATIENCE_S
from tests.servers.ports import LOOPBACK, free_port
from tests.servers.programs import program
from tests.servers.timescale_root import AS_ROOT_OF_OWN_NAMESPACE, POSTGRES_BIN

SCRIPT = Path(__file__).with_name("timescale.sh")


@contextmanager
def open_timescale(root: Path) -> Iterator[Timescale]:
    """A started server of its own on the system under `root`."""
    with tempfile.TemporaryFile() as log:
        server = Timescale(root, log)
        try:
            server.start()
            yield server
        finally:
            server.close()


class Timescale:
    """One server. Its data live in memory and are kept over `kill` and `start`, until it is closed."""

    def __init__(self, root: Path, log: IO[bytes]) -> None:
        self.port = free_port()
        self._password = secrets.token_hex(16)
        self._log = log
        own_namespaces = ("--mount", "--ipc", "--pid", "--fork", "--kill-child", f"--mount-proc={root}/proc")
        unshare = AS_ROOT_OF_OWN_NAMESPACE or (program("unshare", "util-linux"),)
        self._process = subprocess.Popen(
            [*unshare, *own_namespaces, "sh", "-eu", SCRIPT, root, POSTGRES_BIN, str(self.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            bufsize=1,
            env={"PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin", "PASSWORD": self._password},
            start_new_session=True,
        )

    @property
    def url(self) -> str:
        """The server's own database, as superuser."""
        return f"postgresql://hearthbeat:{self._password}@{LOOPBACK}:{self.port}/postgres"

    def start(self) -> None:
        """Start PostgreSQL. Raises RuntimeError with the end of its log when it does not come up."""
        self._send("start")
        deadline = time.monotonic() + PATIENCE_S
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(self.url, connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.03)
            else:
                return
        raise RuntimeError(f"TimescaleDB did not come up:\n{self._log_tail()}")

    def kill(self) -> None:
        """SIGKILL to PostgreSQL, all of its processes at once; returns when they are gone."""
        self._send("kill")

    def close(self) -> None:
        """End the server and its namespaces, and its data with them."""
        self._process.kill()
        self._process.communicate()

    def _send(self, order: str) -> None:
        """Give the script an order and wait until it is carried out."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the server's script has no pipes")
        with suppress(BrokenPipeError):  # its answer says so too
            self._process.stdin.write(f"{order}\n")
        if self._process.stdout.readline() != f"{order}\n":
            raise RuntimeError(f"TimescaleDB's script ended:\n{self._log_tail()}")

    def _log_tail(self) -> str:
        self._log.seek(0)
        return self._log.read().decode(errors="replace")[-2000:]
