"""The whole way of a reading, for the stories: every step of it a real server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier

from simulators.devices.values import DeviceKind
from simulators.provisioning import NewPatient, administrator
from tests.servers.broker import Broker
from tests.servers.gateway import Gateway
from tests.servers.home import Home
from tests.servers.hub import Hub
from tests.servers.patience import eventually

HOME = "home-1"
ASTA = NewPatient(
    "P-1",
    "Lindqvist",
    "Asta",
    date(1951, 3, 9),
    "Europe/Stockholm",
    ("diabetes", "heart-failure", "hypertension"),
)


async def rows(database_url: str, query: LiteralString) -> list[tuple[Any, ...]]:
    """What the database answers to somebody who looks in from outside. Raises OperationalError."""
    async with await AsyncConnection.connect(database_url, autocommit=True) as conn:
        return await (await conn.execute(query)).fetchall()


@dataclass(frozen=True)
class Pipeline:
    """One patient's home with its hub, the broker, and the gateway on its database: all running."""

    home: Home
    hub: Hub
    broker: Broker
    gateway: Gateway
    database_url: str

    async def admit(self, patient: NewPatient) -> int:
        """Make a patient as an administrator does; the patient's id."""
        async with administrator(self.gateway.address, self.gateway.sign_in) as api:
            return await api.ensure_patient(patient)

    async def assign(self, patient_id: int, *devices: DeviceKind) -> None:
        """Give devices of the home to a patient, for the last month too."""
        since = datetime.now(UTC) - timedelta(days=30)
        async with administrator(self.gateway.address, self.gateway.sign_in) as api:
            for each in devices:
                address = self.home.address_of(each)
                await api.assign(
                    hub=self.hub.name, device=address, user=None, patient_id=patient_id, since=since
                )

    async def rows(self, query: LiteralString) -> list[tuple[Any, ...]]:
        """What the database answers."""
        return await rows(self.database_url, query)

    async def counts(self, *tables: str) -> list[int]:
        """How many rows each of the tables has."""
        counting = SQL("SELECT count(*) FROM {}")
        async with await AsyncConnection.connect(self.database_url, autocommit=True) as conn:
            cursors = [await conn.execute(counting.format(Identifier(table))) for table in tables]
            return [count for cursor in cursors for (count,) in await cursor.fetchall()]

    async def hub_has_reported(self) -> list[tuple[Any, ...]]:
        """Not empty once the hub's word that it is online has come through to the database."""
        return await self.rows("SELECT name FROM hub WHERE online")

    async def has_receipt(self) -> bool:
        """Whether the hub holds exactly one reading, and the gateway's receipt for it."""
        return await self.has_receipts(1)

    async def has_receipts(self, count: int) -> bool:
        """The same for so many."""
        kept = self.hub.outbox()
        settled = [each for each in kept if each.outcome in ("stored", "before") and not each.is_waiting]
        return len(kept) == len(settled) == count


@asynccontextmanager
async def open_gateway(
    folder: Path, database_url: str, broker: Broker, port: int | None = None, roles: Sequence[str] = ()
) -> AsyncIterator[Gateway]:
    """Set up a gateway and start it. The port: where it finds the broker, if it is not the broker's own.

    `roles`: which it plays, if not all.
    """
    gateway = Gateway(folder, database_url, broker, *roles, port=port)
    await gateway.set_up()
    broker.reload()
    with gateway:
        await gateway.ready()
        yield gateway


async def enrol(hub: str, gateway: Gateway, broker: Broker) -> str:
    """Make a hub, as an administrator does, and let it in; its password."""
    async with administrator(gateway.address, gateway.sign_in) as api:
        password = await api.enrol_hub(hub)
    assert password is not None
    broker.reload()
    return password


@asynccontextmanager
async def open_pipeline(
    folder: Path,
    database_url: str,
    broker: Broker,
    *,
    gateways_port: int | None = None,
    hubs_port: int | None = None,
    packed_hub: Path | None = None,
) -> AsyncIterator[Pipeline]:
    """Start all of it on the broker. The ports as in `open_gateway`; an archive of a hub as in `Hub`."""
    async with open_gateway(folder / "gateway", database_url, broker, gateways_port) as gateway:
        password = await enrol(HOME, gateway, broker)
        port = hubs_port or broker.port
        with Home(folder / "home", HOME) as home:
            await home.ready()
            hub = Hub(folder / "hub", HOME, password, broker_port=port, bus=home.bus, packed=packed_hub)
            with hub:
                await hub.ready()
                pipeline = Pipeline(home, hub, broker, gateway, database_url)
                await eventually(pipeline.hub_has_reported)
                yield pipeline
