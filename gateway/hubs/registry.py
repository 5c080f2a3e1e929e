"""Numbers for hubs, their runs and sources: made when first heard of and never removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from psycopg import AsyncConnection

from edge_agent.wire.messages import Device
from gateway.database import statements

_SQL = statements.load(__name__)

NO_SLOT = -1
"""The user slot of a device that has none."""
MOST_SOURCES = 500
"""That one hub may bring up: more than the devices of a care home, fewer than a hub gone wrong invents."""
MOST_RUNS = 1000
"""Epochs of one hub: it begins one when it was copied, restored or mended, and may invent so many."""
REMEMBERED = 100_000
"""Numbers of a kind that one process keeps in memory."""

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class RegisteredHub:
    """An enrolled hub."""

    hub_id: int
    organisation_id: int


async def _found(conn: AsyncConnection, name: str, row: dict[str, Any]) -> int | None:
    found = await (await conn.execute(_SQL[name], row)).fetchone()
    if found is None:  # another process made the row after this statement's snapshot: the next one sees it
        found = await (await conn.execute(_SQL[name], row)).fetchone()
    return None if found is None else int(found[0])


async def _one(conn: AsyncConnection, name: str, row: dict[str, Any]) -> int:
    found = await _found(conn, name, row)
    if found is None:
        raise LookupError(name)
    return found


async def ensure_source(conn: AsyncConnection, hub: RegisteredHub, device: Device, slot: int | None) -> int:
    """The source of one user slot (None: the device has none), made if it is new; it speaks through `hub`."""
    organisation = {"organisation_id": hub.organisation_id}
    device_id = await _one(conn, "ensure_device", organisation | device.model_dump())
    user_slot = NO_SLOT if slot is None else slot
    row = organisation | {"device_id": device_id, "user_slot": user_slot}
    source_id = await _one(conn, "ensure_source", row)
    await conn.execute(_SQL["speak_through"], {"source_id": source_id, "hub_id": hub.hub_id})
    return source_id


class Registry:
    """What one ingest process remembers. Each new row is committed on its own, ahead of the readings."""

    def __init__(self, most_sources: int = MOST_SOURCES, most_runs: int = MOST_RUNS) -> None:
        self._most_sources = most_sources
        self._most_runs = most_runs
        self._hubs: dict[str, RegisteredHub] = {}
        self._runs: dict[tuple[int, int], int] = {}
        self._sources: dict[_SourceKey, tuple[int, RegisteredHub]] = {}

    async def hub(self, conn: AsyncConnection, name: str) -> RegisteredHub | None:
        """The hub, or None if nobody enrolled it (asked again each time: it may be enrolled later)."""
        if name not in self._hubs:
            row = await (await conn.execute(_SQL["find_hub"], {"name": name})).fetchone()
            if row is None:
                return None
            self._hubs[name] = RegisteredHub(*row)
        return self._hubs[name]

    async def run(self, conn: AsyncConnection, hub: RegisteredHub, epoch: int) -> int | None:
        """The number of one epoch of a hub. None: it is new, and the hub has begun as many as it may."""
        key = (hub.hub_id, epoch)
        if key not in self._runs:
            row = {"hub_id": hub.hub_id, "epoch": epoch, "most": self._most_runs}
            run = await _found(conn, "ensure_hub_run", row)
            if run is None:
                return None
            await conn.commit()  # before it is remembered: a rolled-back number would be nobody's
            _remember(self._runs, key, run)
        return self._runs[key]

    def known_source(self, hub: RegisteredHub, device: Device, slot: int | None) -> int | None:
        """The source of a reading, if it was heard through this hub last."""
        known = self._sources.get(_source_key(hub, device, slot))
        return known[0] if known is not None and known[1] is hub else None

    async def source(
        self, conn: AsyncConnection, hub: RegisteredHub, device: Device, slot: int | None
    ) -> int | None:
        """The source of a reading: a new one, or of a device that was carried to another hub.

        None: it is new, and its hub has named as many as there may be.
        """
        row = {
            **vars(hub),
            "identifier": device.identifier,
            "user_slot": NO_SLOT if slot is None else slot,
            "most": self._most_sources,
        }
        if await (await conn.execute(_SQL["is_known_or_has_room"], row)).fetchone() != (True,):
            return None
        source_id = await ensure_source(conn, hub, device, slot)
        await conn.commit()
        _remember(self._sources, _source_key(hub, device, slot), (source_id, hub))
        return source_id


_SourceKey: TypeAlias = tuple[int, str, str | None, str | None, int | None]


def _remember(known: dict[K, V], key: K, number: V) -> None:
    """What hubs invent must not fill the memory: begin anew, as a new process does."""
    if len(known) >= REMEMBERED:
        known.clear()
    known[key] = number


def _source_key(hub: RegisteredHub, device: Device, slot: int | None) -> _SourceKey:
    return hub.organisation_id, device.identifier, device.manufacturer, device.model, slot
