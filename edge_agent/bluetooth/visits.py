"""Reading devices, each as soon as it can be connected to, and what is remembered of those that failed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bleak.exc import BleakDBusError, BleakError

from edge_agent.bluetooth.backoff import Backoff, Backoffs
from edge_agent.bluetooth.bluez import BlueZ
from edge_agent.bluetooth.bonds import mend_identities
from edge_agent.bluetooth.client import Client
from edge_agent.bluetooth.connection import connect
from edge_agent.bluetooth.errors import (
    BLUETOOTH_ERRORS,
    BluetoothLost,
    BlueZError,
    DeviceGone,
    DeviceInTrouble,
    LinkEnded,
    SessionError,
    Trouble,
)
from edge_agent.bluetooth.objects import RemoteDevice
from edge_agent.bluetooth.radio_lock import RadioLock
from edge_agent.bluetooth.refusals import Meaning, meaning_of
from edge_agent.bluetooth.session import Hub, Session
from edge_agent.outbox import Outbox

logger = logging.getLogger(__name__)

_NOBODYS: Final = (Meaning.CANCELLED, Meaning.UNAVAILABLE, Meaning.LOST)


@dataclass
class Visit:
    """One device that is being read, or waited for."""

    task: asyncio.Task[None] | None = field(default_factory=asyncio.current_task)
    linked: asyncio.Event = field(default_factory=asyncio.Event)  # or given up


class Visits:
    """By the path of bluetoothd's object, and for as long as there is that bluetoothd."""

    def __init__(
        self,
        hub: Hub,
        outbox: Outbox,
        radio_lock: RadioLock,
        *,
        bluez: BlueZ,
        backoffs: Backoffs,
        kept: Callable[[], None],
    ) -> None:
        """`kept` is called after each new reading."""
        self._radio_lock = radio_lock
        self._hub = hub
        self._outbox = outbox
        self._kept = kept
        self._bluez = bluez
        self._backoffs = backoffs
        self._under_way: dict[str, Visit] = {}

    def to(self, path: str) -> Visit | None:
        return self._under_way.get(path)

    def may_begin(self, path: str) -> bool:
        """Nobody visits it, and it is not left alone."""
        return path not in self._under_way and self._backoffs.of(path).is_over(_now())

    def shown(self, path: str) -> bool:
        """It shows itself: whether it is to be visited, or the radio to be silent for who waits for it."""
        if visit := self._under_way.get(path):
            return not visit.linked.is_set()
        return self._backoffs.of(path).shown(_now())

    def forget_gone(self) -> None:
        """Of devices that are no more only those are remembered that are still to be left alone."""
        self._backoffs.keep(self._bluez.objects, _now())

    @property
    def are_linked(self) -> bool:
        """Some device is being read."""
        return any(visit.linked.is_set() for visit in self._under_way.values())

    async def give_up(self) -> None:
        """End them all: no Connect is pending any more."""
        tasks = [visit.task for visit in self._under_way.values() if visit.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def begin(self, remote: RemoteDevice, within_s: float | None) -> None:
        """Read the device. It may sleep: for `within_s` seconds, or for as long as it likes."""
        if remote.path in self._under_way:  # found and bonded at the same time
            return
        visit = self._under_way[remote.path] = Visit()
        backoff = self._backoffs.of(remote.path)  # if it ends meanwhile, so does what this visit adds to it
        session = Session(self._hub, remote, self._outbox, self._kept)
        try:
            await self._read(remote, session, visit, within_s)
            self._log("device_read", remote)
            backoff.read(_now())
        except (*BLUETOOTH_ERRORS, SessionError, DeviceInTrouble) as error:
            self._see_failure(remote, backoff, error)
        finally:
            visit.linked.set()
            del self._under_way[remote.path]
            session.close()

    async def _read(
        self, remote: RemoteDevice, session: Session, visit: Visit, within_s: float | None
    ) -> None:
        mend_identities(self._outbox, [remote])
        with self._bluez.listening(remote.path, session.hear):
            if remote.paired:  # it may speak as soon as it is linked; a stranger is to be asked then
                await self._bluez.subscribe(remote.path)
            if within_s is None:
                self._log("waits_for", remote)
            await connect(self._bluez, remote.path, within_s)
            try:
                async with Client(self._bluez, remote, session.gone) as client:
                    visit.linked.set()
                    self._log("device_connected", remote)
                    await session.run(self._bluez, client)
            except (BleakError, LinkEnded):
                if not await session.has_told_and_gone(self._bluez):
                    raise

    def _see_failure(self, remote: RemoteDevice, backoff: Backoff, error: Exception) -> None:
        """Leave the device alone for a while, where it is the device that failed."""
        is_its_own = not is_nobodys_fault(error) and not self._radio_lock.is_held()  # who pairs ends links
        logger.log(
            logging.WARNING if is_its_own else logging.INFO,
            "%s hub=%s device=%s error=%s reason=%r",
            "device_failed" if is_its_own else "visit_ended",
            self._hub.name,
            remote.address,
            type(error).__name__,
            str(error),
        )
        if not is_its_own:
            return
        if isinstance(error, DeviceInTrouble):
            self._see_trouble(remote, backoff, error)
        else:
            backoff.failed(_now())

    def _see_trouble(self, remote: RemoteDevice, backoff: Backoff, error: DeviceInTrouble) -> None:
        """Note what no further attempt will mend."""
        if not backoff.failed(_now(), error.trouble) and error.is_sign:
            return
        if error.trouble is Trouble.NOT_PAIRED:
            backoff.leave_to_person(_now())
        self._outbox.devices.in_trouble(remote.address, error.trouble)
        logger.error(
            "device_in_trouble hub=%s device=%s trouble=%s", self._hub.name, remote.address, error.trouble
        )

    def _log(self, event: str, remote: RemoteDevice) -> None:
        logger.info("%s hub=%s device=%s", event, self._hub.name, remote.address)


def is_nobodys_fault(error: Exception) -> bool:
    """The visit ended because of another program, the adapter or bluetoothd, not by what the device did."""
    match error:
        case BlueZError():
            return error.meaning in _NOBODYS
        case BleakDBusError():
            return meaning_of(error.dbus_error, error.dbus_error_details or "") in _NOBODYS
        case _:
            return isinstance(error, (BluetoothLost, DeviceGone))


def _now() -> float:
    return asyncio.get_running_loop().time()
