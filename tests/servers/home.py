"""A real virtual home for tests: its devices, its radio and its message bus in a process of its own."""

from __future__ import annotations

import socket
from pathlib import Path

from simulators.devices.values import DeviceKind
from simulators.home.addresses import identity
from tests.servers.processes import Process, command

SIMULATOR = command("hearthbeat-sim")


class Home(Process):
    """`hearthbeat-sim home`, where nobody measures but by `measure`."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        self.bus = folder / "bus"
        self._folder = folder
        folder.mkdir(mode=0o700)
        super().__init__(
            *(SIMULATOR, "home", f"--name={name}", f"--state={folder}", "--every=0"),
            log=folder / "log",
            environment={},
        )

    def address_of(self, device: DeviceKind) -> str:
        """The device's radio address."""
        return identity(self.name, device).address

    async def ready(self) -> None:
        """Returns when a hub may use the radio. Raises RuntimeError with its log if it ends before."""
        await self.until(lambda: "unix:path=" in self.log and _listens(self.bus))

    async def measure(self, device: DeviceKind, **options: object) -> None:
        """Use a device as the person does who lives here: `measure(CUFF, systolic=190, diastolic=125)`."""
        words = [f"--{name}={value}" for name, value in options.items()]
        await self.run(SIMULATOR, "measure", f"--home={self._folder}", str(device), *words)


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0
