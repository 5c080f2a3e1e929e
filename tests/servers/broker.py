"""A real mosquitto for tests, configured as the demo's is, on its own port and in its own folder."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from types import TracebackType
from typing import Self

from tests.servers.patience import PATIENCE_S, until
from tests.servers.ports import LOOPBACK, free_port, wait_until_listening
from tests.servers.programs import program

GATEWAY = "gateway"
"""The user who may read and write every hub's topics, on a listener of its own."""

SHIPPED = Path(__file__).parents[2] / "deploy/mosquitto"
STAY_ROOT = "user root\n"
"""Nobody but root can enter the folders of a test that root runs. For others it means nothing."""

RELOADED = "Reloading config."


class Broker:
    """One broker that knows `passwords` (user to password) and keeps each hub to its own topics."""

    def __init__(
        self,
        folder: Path,
        passwords: Mapping[str, str],
        *,
        settings: Mapping[str, str] | None = None,
        within: Sequence[str] = (),
    ) -> None:
        """`settings`: what is otherwise than in the shipped ones. `within`: a command that runs commands."""
        self.host = LOOPBACK
        self.port = free_port()
        self.gateway_port = free_port()
        self.passwords = dict(passwords)
        self._folder = folder
        self._within = within
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        template = Template((SHIPPED / "loopback.conf").read_text())
        configuration = template.substitute(
            host=self.host, port=self.port, gateway_port=self.gateway_port, folder=folder
        )
        for name, value in (settings or {}).items():
            configuration, found = re.subn(f"(?m)^{name} .*$", f"{name} {value}", configuration)
            configuration += "" if found else f"{name} {value}\n"
        (folder / "mosquitto.conf").write_text(STAY_ROOT + configuration)
        shutil.copyfile(SHIPPED / "hubs.acl", folder / "acl")
        shutil.copyfile(SHIPPED / "gateway.acl", folder / "gateway-acl")
        self._write_passwords()

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text()

    @property
    def passwords_file(self) -> Path:
        """Hubs'. A gateway may write it too: `reload` then tells the broker."""
        return self._folder / "passwords"

    @property
    def gateway_passwords_file(self) -> Path:
        """The same for the gateway's own listener."""
        return self._folder / "gateway-passwords"

    def add_user(self, name: str, password: str) -> None:
        """Let a new user in, without a restart; returns when the broker knows."""
        self.passwords[name] = password
        self._write_passwords()
        self.reload()

    def reload(self) -> None:
        """Let the broker read its passwords again; returns when it has."""
        reloads = self.log.count(RELOADED)
        self._running.send_signal(signal.SIGHUP)
        until(lambda: self.log.count(RELOADED) > reloads, otherwise=lambda: self.log)

    def start(self) -> None:
        """Raises RuntimeError with its log when it does not listen."""
        # It must not outlive us, whatever ends us.
        command = (program("setpriv", "util-linux"), "--pdeathsig", "KILL", program("mosquitto", "mosquitto"))
        with (self._folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [*self._within, *command, "-c", self._folder / "mosquitto.conf"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._process = process
        try:
            wait_until_listening(self.port, lambda: process.poll() is None)
        except RuntimeError as failure:
            self.kill()
            raise RuntimeError(f"{failure}: mosquitto says\n{self.log}") from failure

    def kill(self) -> None:
        """SIGKILL; `start` brings it back on the same port with what it had written to disk."""
        self._running.kill()
        self._end()

    def forget(self) -> None:
        """While it is down: lose what it had written to disk, as a new machine in its place would."""
        (self._folder / "mosquitto.db").unlink(missing_ok=True)

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
        self._running.wait(PATIENCE_S)
        self._process = None

    def _write_passwords(self) -> None:
        own = {user: word for user, word in self.passwords.items() if user == GATEWAY}
        _write(self.gateway_passwords_file, own)
        _write(self.passwords_file, {user: self.passwords[user] for user in self.passwords.keys() - own})


def _write(file: Path, passwords: Mapping[str, str]) -> None:
    file.touch(mode=0o600)
    file.write_text("".join(f"{user}:{password}\n" for user, password in passwords.items()))
    if passwords:
        hash_in_place = (program("mosquitto_passwd", "mosquitto"), "-U", file)
        subprocess.run(hash_in_place, check=True, capture_output=True)
