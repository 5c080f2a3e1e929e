"""A real mosquitto for tests, on its own port and in its own folder, and never left behind."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers.needs import program
from tests.servers.ports import LOOPBACK, free_port, wait_until_listening

GATEWAY = "gateway"
"""The user who may read and write every hub's topics."""

CONFIGURATION = """\
user root
listener {port} {host}
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/acl
persistence true
persistence_location {folder}/
autosave_interval 1
set_tcp_nodelay true
max_queued_messages 10000
log_dest stderr
"""
# Started by root it stays root: the folders of tests are closed to everybody else.

ACCESS = f"""\
user {GATEWAY}
topic readwrite hearthbeat/1/#

pattern write hearthbeat/1/%u/readings
pattern write hearthbeat/1/%u/backlog
pattern write hearthbeat/1/%u/status
pattern read hearthbeat/1/%u/receipts
pattern read hearthbeat/1/%u/commands
"""


class Broker:
    """One broker that knows `passwords` (user to password) and keeps each hub to its own topics."""

    def __init__(self, folder: Path, passwords: Mapping[str, str]) -> None:
        self.host = LOOPBACK
        self.port = free_port()
        self.passwords = dict(passwords)
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        configuration = CONFIGURATION.format(port=self.port, host=self.host, folder=folder)
        (folder / "mosquitto.conf").write_text(configuration)
        (folder / "acl").write_text(ACCESS)
        (folder / "acl").chmod(0o600)
        self._write_passwords()

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text()

    def add_user(self, name: str, password: str) -> None:
        """Let a new user in, without a restart."""
        self.passwords[name] = password
        self._write_passwords()
        self._running.send_signal(signal.SIGHUP)

    def start(self) -> None:
        """Raises RuntimeError with its log when it does not listen."""
        # It must not outlive us, whatever ends us.
        command = (program("setpriv", "util-linux"), "--pdeathsig", "KILL", program("mosquitto", "mosquitto"))
        with (self._folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [*command, "-c", self._folder / "mosquitto.conf"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._process = process
        try:
            wait_until_listening(self.port, lambda: process.poll() is None)
        except RuntimeError as failure:
            raise RuntimeError(f"{failure}: mosquitto says\n{self.log}") from failure

    def kill(self) -> None:
        """SIGKILL; `start` brings it back on the same port with what it had written to disk."""
        self._running.kill()
        self._end()

    def stop(self) -> None:
        """SIGTERM: it writes down what it holds and ends."""
        self._running.terminate()
        self._end()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self.kill()

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("the broker is not running")
        return self._process

    def _end(self) -> None:
        self._running.wait(timeout=10)
        self._process = None

    def _write_passwords(self) -> None:
        file = self._folder / "passwords"
        file.touch(mode=0o600)
        file.write_text("".join(f"{user}:{password}\n" for user, password in self.passwords.items()))
        # Hashes the whole file in place.
        subprocess.run(
            [program("mosquitto_passwd", "mosquitto"), "-U", file], check=True, capture_output=True
        )
