"""A gateway's servers for measurements, in a folder that is gone afterwards."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

import psutil
from rich.console import Console

from edge_agent.publisher import Broker
from gateway.database.pool import Pool, open_pool
from gateway.settings import BrokerSettings
from simulators.demo.broker import open_broker
from simulators.demo.folder import Folder
from simulators.demo.gateway import Gateway, command
from simulators.demo.ports import LOOPBACK
from simulators.demo.postgres import open_postgres
from simulators.demo.process_records import ProcessRecords
from simulators.demo.processes import Child, Program
from simulators.demo.supervisor import Supervisor
from simulators.demo.terminal import Terminal
from simulators.provisioning import NewPatient, SignIn, administrator

PROGRAMMES = ("hypertension", "heart-failure", "diabetes", "general")
BORN = date(1950, 1, 1)


@dataclass(frozen=True)
class Servers:
    """Broker and database are running; the gateway's processes run within `running`."""

    pool: Pool
    hubs: Sequence[tuple[str, Broker]]
    gateway: Gateway
    broker_settings: BrokerSettings
    environment: dict[str, str] = field(repr=False)
    _folder: Folder
    _terminal: Terminal

    def web(self) -> Program:
        """`hearthbeat run web`; running means that it answers."""
        return replace(self.gateway.server(), argv=(command("hearthbeat"), "run", "web"))

    def role(self, name: str) -> Program:
        """`hearthbeat run` of one role."""
        return replace(
            self.gateway.server(), name=name, argv=(command("hearthbeat"), "run", name), ready=None
        )

    @asynccontextmanager
    async def running(self, *programs: Program) -> AsyncIterator[list[Child]]:
        """One that dies is started again a second later."""
        async with Supervisor(
            self._folder.logs, ProcessRecords(self._folder.children), self._terminal
        ) as supervisor:
            yield await supervisor.start(*programs)


@asynccontextmanager
async def open_servers(
    database_url: str | None, cuffs: Mapping[str, Sequence[str]], since: datetime
) -> AsyncIterator[Servers]:
    """Start all of it, with a patient in every programme for each of the hubs' `cuffs`.

    Without `database_url` the database is the embedded PostgreSQL; else it has to be an empty one.
    """
    terminal = Terminal(Console(stderr=True, quiet=True))
    with tempfile.TemporaryDirectory(prefix="hearthbeat-bench-") as temporary:
        folder = _folder(Path(temporary))
        environment = {name: text for name, text in os.environ.items() if not name.startswith("HEARTHBEAT_")}
        async with Supervisor(folder.logs, ProcessRecords(folder.children), terminal) as supervisor:
            if database_url is None:
                postgres = open_postgres(folder, _free_port(), environment)
                await postgres.set_up(supervisor)
                await supervisor.start(postgres.server())
                database_url = postgres.url
            broker = open_broker(folder, _free_port(), _free_port(), environment)
            gateway = Gateway(folder, database_url, broker.gateway_port, _free_port(), environment)
            await supervisor.run(gateway.migrate())
            await supervisor.run(gateway.initialise())
            broker.set_up()
            (mosquitto,) = await supervisor.start(broker.server())
            async with open_pool(database_url) as pool:
                own = BrokerSettings(
                    LOOPBACK, broker.gateway_port, "gateway", folder.secrets / "gateway-broker-password"
                )
                servers = Servers(pool, [], gateway, own, environment, folder, terminal)
                async with servers.running(servers.web()):
                    passwords = await _enrol(gateway, folder, cuffs, since)
                broker.take_passwords()
                mosquitto.signal(signal.SIGHUP)
                hubs = [(hub, Broker(LOOPBACK, broker.port, password)) for hub, password in passwords]
                yield replace(servers, hubs=hubs)


def _folder(temporary: Path) -> Folder:
    temporary.chmod(0o711)  # the servers' own accounts come through
    folder = Folder(temporary / "home")
    folder.make()
    return folder


def cpu_s(role: str) -> float:
    """What our process of the role has taken so far, user and system."""
    times = [process.cpu_times() for process in _processes(role)]
    return sum(each.user + each.system for each in times)


def resident_mb(role: str) -> float:
    """What our process of the role holds in memory."""
    return sum(process.memory_info().rss for process in _processes(role)) / 1e6


def _processes(role: str) -> list[psutil.Process]:
    return [
        process
        for process in psutil.Process().children(recursive=True)
        if process.cmdline()[-2:] == ["run", role]
    ]


async def _enrol(
    gateway: Gateway, folder: Folder, cuffs: Mapping[str, Sequence[str]], since: datetime
) -> list[tuple[str, str]]:
    async with administrator(gateway.address, SignIn.read(folder.sign_in)) as admin:
        passwords = [(hub, await admin.enrol_hub(hub) or "") for hub in cuffs]
        for hub, cuff in ((hub, cuff) for hub, each in cuffs.items() for cuff in each):
            patient = NewPatient(cuff, "Doe", "Jo", BORN, "UTC", PROGRAMMES)
            patient_id = await admin.ensure_patient(patient)
            await admin.assign(hub=hub, device=cuff, user=None, patient_id=patient_id, since=since)
    return passwords


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
