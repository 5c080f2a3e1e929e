"""A street of homes in which time passes: every process on one clock, which the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from psycopg import AsyncConnection

from simulators.devices.values import DeviceKind
from simulators.provisioning import Administrator, NewPatient, administrator
from tests.servers.broker import Broker
from tests.servers.clock import Clock
from tests.servers.gateway import Gateway
from tests.servers.home import Home
from tests.servers.hub import Hub
from tests.servers.patience import eventually
from tests.servers.processes import Process
from tests.system.pipeline import enrol, open_gateway, rows

BORN = date(1950, 1, 1)


@dataclass(frozen=True)
class Household:
    """A home with its hub, and who lives there: its devices are this patient's."""

    home: Home
    hub: Hub
    patient_id: int

    async def measure(self, systolic: int, diastolic: int) -> None:
        """Blood pressure, now."""
        await self.home.measure(DeviceKind.CUFF, systolic=systolic, diastolic=diastolic)


@dataclass(frozen=True)
class Street:
    """Households, the broker, the gateway, and beside it the process that evaluates."""

    households: Sequence[Household]
    gateway: Gateway
    evaluator: Process
    broker: Broker
    database_url: str
    clock: Clock

    async def everything_is_judged(self) -> None:
        """Returns when each hub has all of its receipts, and nothing is due by this clock."""
        await eventually(self._is_everything_receipted)
        await eventually(self._is_nothing_due)

    async def time_passes(self, *, can_hubs_speak: bool = True, **span: float) -> None:
        """Move the clock, from one moment at which a patient is looked at to the next.

        In life a hub says each minute that it is well: it does at each moment, before anybody looks.
        """
        until = self.clock.now() + timedelta(**span)
        while True:
            await self.everything_is_judged()
            [(look_at,)] = await rows(self.database_url, "SELECT min(next_due_at) FROM patient_state")
            moment = until if look_at is None else min(until, look_at)
            await self._move_to(moment, can_hubs_speak=can_hubs_speak)
            if moment == until:
                break
        await self.everything_is_judged()

    async def shows(self, tasks: Sequence[tuple[Any, ...]]) -> None:
        """Returns once the tasks are these. Raises AssertionError."""

        async def are_there() -> bool:
            return await self.tasks() == tasks

        await eventually(are_there)

    async def no_hub_is_away(self) -> bool:
        """Whether every hub was heard, and the evaluator knows it."""
        away = "SELECT FROM hub WHERE NOT online UNION ALL SELECT FROM outage WHERE recovered_at IS NULL"
        return not await rows(self.database_url, away)

    async def tasks(self) -> list[tuple[Any, ...]]:
        """Rule (or origin), state and what became of a repeat, of all tasks in the order they were made."""
        return await rows(
            self.database_url,
            "SELECT coalesce(rule_id, origin), status, repeat_state FROM task ORDER BY task_id",
        )

    async def _move_to(self, moment: datetime, *, can_hubs_speak: bool) -> None:
        self.evaluator.kill()
        self.clock.move_to(moment)
        if can_hubs_speak:
            for each in self.households:
                each.hub.kill()
                each.hub.start()
            await eventually(lambda: self._have_hubs_reported_since(moment))
        self.evaluator.start()

    async def _have_hubs_reported_since(self, moment: datetime) -> bool:
        unheard = "SELECT FROM hub WHERE status_at IS NULL OR status_at < %s OR NOT online"
        return not await self._ask(unheard, moment)

    async def _is_everything_receipted(self) -> bool:
        return not any(kept.is_waiting for each in self.households for kept in each.hub.outbox())

    async def _is_nothing_due(self) -> bool:
        due = "SELECT FROM due UNION ALL SELECT FROM patient_state WHERE next_due_at <= %s"
        return not await self._ask(due, self.clock.now())

    async def _ask(self, query: str, moment: datetime) -> list[tuple[Any, ...]]:
        async with await AsyncConnection.connect(self.database_url, autocommit=True) as conn:
            return await (await conn.execute(query.encode(), (moment,))).fetchall()


@asynccontextmanager
async def open_street(
    folder: Path, database_url: str, broker: Broker, clock: Clock, *, homes: int
) -> AsyncIterator[Street]:
    """Start all of it; everybody is in the programme for hypertension, and measures once a day."""
    roles = ("ingest", "escalate", "web")
    async with (
        open_gateway(folder / "gateway", database_url, broker, roles=roles) as gateway,
        AsyncExitStack() as running,
    ):
        hubs = []
        for name in (f"home-{number}" for number in range(1, homes + 1)):
            password = await enrol(name, gateway, broker)
            home = running.enter_context(Home(folder / f"{name}-devices", name))
            await home.ready()
            hub = Hub(folder / name, name, password, broker_port=broker.port, bus=home.bus)
            running.enter_context(hub)
            await hub.ready()
            hubs.append((home, hub))
        async with administrator(gateway.address, gateway.sign_in) as admin:
            households = [Household(*each, await _admit(admin, *each, clock.now())) for each in hubs]
        evaluator = running.enter_context(gateway.beside("evaluate", 1))
        yield Street(households, gateway, evaluator, broker, database_url, clock)


async def _admit(admin: Administrator, home: Home, hub: Hub, now: datetime) -> int:
    patient = NewPatient(hub.name, "Doe", "Jo", BORN, "UTC", ("hypertension",))
    patient_id = await admin.ensure_patient(patient)
    cuff = home.address_of(DeviceKind.CUFF)
    since = now - timedelta(seconds=2)  # cuffs keep whole seconds, rounded down
    await admin.assign(hub=hub.name, device=cuff, user=None, patient_id=patient_id, since=since)
    await admin.expect(patient_id, "hypertension", "systolic_bp", every_hours=24)
    return patient_id
