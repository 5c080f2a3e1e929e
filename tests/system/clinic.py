"""Several homes with their hubs, one broker, one database, and a gateway of several processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from simulators.faults import Kill
from simulators.provisioning import Administrator, NewPatient, administrator
from simulators.stream.meter import Meter
from tests.servers.broker import Broker
from tests.servers.gateway import Gateway
from tests.servers.patience import PATIENCE_S, eventually
from tests.servers.processes import Process
from tests.servers.stream_hub import Stream
from tests.system.pipeline import rows

SPAN = timedelta(hours=29)
"""Of a meter's records, up to now. More than a day: what is older goes as backlog."""
EVERY_S = 0.05
BORN = date(1950, 1, 1)


@dataclass(frozen=True)
class Clinic:
    """Hubs that stream, and the gateway's processes: one for the console, and workers of one role each."""

    hubs: Sequence[Stream]
    workers: Sequence[Process]
    console: Gateway
    broker: Broker
    database_url: str

    @property
    def processes(self) -> list[Process]:
        return [*self.hubs, *self.workers, self.console]

    async def supervise(self) -> None:
        """Start again what ends by itself and not well, as an init system does; never returns."""
        while True:
            for process in self.processes:
                if process.has_failed:
                    process.start()
            await asyncio.sleep(0.5)

    async def comes_to_rest(self, *, within_s: float = PATIENCE_S) -> None:
        """Returns when each hub has all of its receipts and nothing is due. Raises AssertionError."""
        await eventually(self._is_everything_receipted, seconds=within_s)
        await eventually(self._is_everything_judged, seconds=within_s)

    async def _is_everything_receipted(self) -> bool:
        return not any(hub.is_running or hub.has_failed for hub in self.hubs)

    async def _is_everything_judged(self) -> bool:
        return await rows(self.database_url, "SELECT count(*) FROM due") == [(0,)]


class Victim(Protocol):
    """What can be killed, and started again with what it had on its disk."""

    def kill(self) -> None: ...

    def start(self) -> None: ...


async def carry_out(kill: Kill[Victim]) -> None:
    """Returns when the victim has been started again, which need not mean that it is ready."""
    await asyncio.sleep(kill.peace_s)
    kill.victim.kill()
    await asyncio.sleep(kill.absence_s)
    kill.victim.start()


@asynccontextmanager
async def open_clinic(
    folder: Path, database_url: str, broker: Broker, *, hubs: int, records: int, roles: Sequence[str]
) -> AsyncIterator[Clinic]:
    """Set all of it up and start it: each home has a meter, and one more meter goes round all homes."""
    began_at = datetime.now(UTC) - SPAN
    meters = [Meter(f"meter-{number}", records, began_at, SPAN / records) for number in range(hubs + 1)]
    console = Gateway(folder / "gateway", database_url, broker, "web")
    await console.set_up()
    broker.reload()
    with ExitStack() as running:
        running.enter_context(console)
        await console.ready()
        async with administrator(console.address, console.sign_in) as admin:
            passwords = [await _enrol(admin, f"home-{number}") for number in range(hubs)]
            for meter in meters:
                await _admit(admin, meter)
        broker.reload()
        streams = [
            Stream(
                folder / f"home-{number}",
                f"home-{number}",
                password,
                broker_port=broker.port,
                meters=(meters[number], meters[-1]),
                every_s=EVERY_S,
            )
            for number, password in enumerate(passwords)
        ]
        workers = [console.beside(role, number) for number, role in enumerate(roles)]
        for process in (*workers, *streams):
            running.enter_context(process)
        yield Clinic(streams, workers, console, broker, database_url)


async def _enrol(admin: Administrator, hub: str) -> str:
    password = await admin.enrol_hub(hub)
    assert password is not None
    return password


async def _admit(admin: Administrator, meter: Meter) -> None:
    """A patient who is named after the meter, whose the meter is."""
    patient = NewPatient(meter.name, "Doe", "Jo", BORN, "UTC", ("diabetes",))
    patient_id = await admin.ensure_patient(patient)
    since = meter.began_at - timedelta(days=1)
    assert await admin.assign(hub="home-0", device=meter.name, user=None, patient_id=patient_id, since=since)
