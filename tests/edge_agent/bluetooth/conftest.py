"""A home: virtual devices on a simulated org.bluez, and the hub as a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

import pytest

from edge_agent.bluetooth import Collector, Hub, RadioLock
from edge_agent.hub_clock import TrustedClock
from edge_agent.outbox import Outbox, OutboxCounts
from edge_agent.wire.messages import Reading
from simulators.bluez.bus import private_bus
from tests.edge_agent.conftest import HUB
from tests.servers.patience import eventually, patience

NO_BROKER = 9  # the discard port: nobody listens


@dataclass(frozen=True)
class Home:
    """A hub's folder and bus."""

    folder: Path
    bus_address: str

    @contextlib.asynccontextmanager
    async def hub(self, *, broker_port: int = NO_BROKER) -> AsyncIterator[asyncio.subprocess.Process]:
        """`hearthbeat-hub run`, stopped with SIGTERM at the end; it must then end with status 0."""
        process = await self._start(broker_port)
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            try:
                async with patience("the end of the hub"):
                    status = await process.wait()
            except AssertionError:
                process.kill()
                await process.wait()
                raise
        assert status == 0, self.log

    @contextlib.asynccontextmanager
    async def doomed_hub(self) -> AsyncIterator[None]:
        """`hearthbeat-hub run`, ended by SIGKILL."""
        process = await self._start(NO_BROKER)
        try:
            yield
        finally:
            process.kill()
            await process.wait()

    def settle(self, broker_port: int = NO_BROKER) -> None:
        """Write the hub's settings."""
        (self.folder / "hub.toml").write_text(
            f'hub = "{HUB}"\nclock = "trusted"\n[broker]\nhost = "127.0.0.1"\nport = {broker_port}\n'
            "[page]\nport = 0\n"
        )
        (self.folder / "broker-password").write_text("hub-password\n")

    @property
    def environment(self) -> dict[str, str]:
        """For a command of this hub."""
        return {
            **os.environ,
            "HEARTHBEAT_HUB_HOME": str(self.folder),
            "DBUS_SYSTEM_BUS_ADDRESS": self.bus_address,
        }

    async def _start(self, broker_port: int) -> asyncio.subprocess.Process:
        self.settle(broker_port)
        with (self.folder / "log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                Path(sys.executable).with_name("hearthbeat-hub"), "run", env=self.environment, stderr=log
            )

    @contextlib.asynccontextmanager
    async def hub_here(self, *, stuck_after_s: float) -> AsyncIterator[None]:
        """A hub's Bluetooth alone, in this process (with `plain_bleak`), and with another patience."""
        with Outbox(self.folder / "outbox.db") as outbox:
            hub = Hub(HUB, UTC, TrustedClock())
            collector = Collector(hub, outbox, RadioLock(self.folder), stuck_after_s=stuck_after_s)
            running = asyncio.create_task(collector.run(lambda: None))
            try:
                yield
            finally:
                running.cancel()
                await asyncio.wait({running})

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    @property
    def counts(self) -> OutboxCounts:
        with Outbox(self.folder / "outbox.db") as outbox:
            return outbox.counts()

    @property
    def held(self) -> list[str]:
        """The devices that have told something of which no reading could be made yet."""
        with Outbox(self.folder / "outbox.db") as outbox:
            return outbox.captures.devices()

    @property
    def readings(self) -> list[Reading]:
        """All readings in the outbox, in the order of their positions."""
        with Outbox(self.folder / "outbox.db") as outbox:
            contents = outbox.contents(outbox.epoch, 1, outbox.counts().assigned)
        return [Reading.model_validate_json(content) for content in contents]

    async def kept(self, count: int) -> list[Reading]:
        """The readings, once there are `count`."""
        await eventually(
            lambda: len(self.readings) >= count,
            otherwise=lambda: f"{len(self.readings)} of {count} readings\n{self.log}",
        )
        return self.readings

    async def logged(self, text: str, *, times: int = 1) -> None:
        """Return once the hub's log holds `text`."""
        await eventually(
            lambda: self.log.count(text) >= times, otherwise=lambda: f"{text!r} is not in\n{self.log}"
        )


@pytest.fixture
async def home() -> AsyncIterator[Home]:
    # Not in tmp_path: the path of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="hb-") as name:
        async with private_bus(Path(name) / "bus") as address:
            folder = Path(name) / "hub"
            folder.mkdir(mode=0o700)
            yield Home(folder, address)
        await eventually(lambda: len(asyncio.all_tasks()) == 1)  # bleak sees the bus go, and lets go of it


@pytest.fixture
def plain_bleak(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let bleak in this process use the home's radio, without the hub."""
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", home.bus_address)
