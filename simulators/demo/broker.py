"""The demo's mosquitto: its configuration, its accounts, and how it hears of new passwords."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

from simulators.demo.errors import DemoError
from simulators.demo.folder import Account, Folder, make_for, server_account, write_private
from simulators.demo.ports import LOOPBACK
from simulators.demo.processes import Program

SHIPPED = Path(__file__).parent / "mosquitto"
ACCESS = {"acl": "hubs.acl", "gateway-acl": "gateway.acl"}
"""Who may use which topic, by listener."""
LOOK_EVERY_S = 0.2
SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/sbin")
"""Where distributions put servers; an ordinary user's PATH lacks them."""
MANY_FILES = 'ulimit -n "$(ulimit -H -n)"; exec "$0" "$@"'
"""As many connections as may be: strangers who say nothing would take the last of the usual 1,024."""


@dataclass(frozen=True)
class Broker:
    """One mosquitto on one folder. The gateway writes `passwords`; the broker's account gets copies."""

    folder: Path
    passwords: Mapping[str, Path]  # by the names of the copies
    mosquitto: str
    port: int
    gateway_port: int
    account: Account | None
    environment: Mapping[str, str] = field(repr=False)

    def set_up(self) -> None:
        """Write what the broker reads. The ports may differ from the last start."""
        configuration = Template((SHIPPED / "loopback.conf").read_text()).substitute(
            host=LOOPBACK, port=self.port, gateway_port=self.gateway_port, folder=self.folder
        )
        write_private(self.folder / "mosquitto.conf", configuration, self.account)
        for name, shipped in ACCESS.items():
            write_private(self.folder / name, (SHIPPED / shipped).read_text(), self.account)
        self.take_passwords()

    def take_passwords(self) -> bool:
        """Copy the gateway's files if they differ, and say whether they did."""
        taken = [self._take(self.folder / name, written) for name, written in self.passwords.items()]
        return any(taken)

    def _take(self, mine: Path, source: Path) -> bool:
        written = source.read_text()
        if mine.exists() and mine.read_text() == written:
            return False
        write_private(mine, written, self.account)
        return True

    async def follow_passwords(self, reload: Callable[[], None]) -> None:
        """Tell the broker whenever the gateway has written other passwords. Runs until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if self.take_passwords():
                reload()

    def server(self) -> Program:
        return Program(
            name="broker",
            argv=("/bin/sh", "-c", MANY_FILES, self.mosquitto, "-c", str(self.folder / "mosquitto.conf")),
            environment=self.environment,
            account=self.account,
            ready=self._is_ready,
        )

    async def _is_ready(self) -> bool:
        try:
            _, writer = await asyncio.open_connection(LOOPBACK, self.port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True


def open_broker(folder: Folder, port: int, gateway_port: int, environment: Mapping[str, str]) -> Broker:
    """The broker of this data folder. Raises DemoError if mosquitto is missing or cannot use the folder."""
    account = server_account("mosquitto")
    make_for(folder.broker, account)
    return Broker(
        folder=folder.broker,
        passwords={"passwords": folder.broker_passwords, "gateway-passwords": folder.gateway_passwords},
        mosquitto=find_mosquitto(environment.get("PATH", os.defpath)),
        port=port,
        gateway_port=gateway_port,
        account=account,
        environment=environment,
    )


def find_mosquitto(path: str) -> str:
    """Raises DemoError if it is not installed."""
    found = shutil.which("mosquitto", path=os.pathsep.join((path, *SYSTEM_FOLDERS)))
    if found is None:
        raise DemoError("mosquitto is not installed: apt install mosquitto")
    return found
