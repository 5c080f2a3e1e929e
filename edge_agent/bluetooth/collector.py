"""Looks for devices and reads each that shows itself; what one device does wrong does not hurt the others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Final

from edge_agent.bluetooth.bluez import BlueZ, open_bluez
from edge_agent.bluetooth.client import Client
from edge_agent.bluetooth.errors import (
    ABORTED_BY_US,
    BLUETOOTH_ERRORS,
    BlueZError,
    DeviceInTrouble,
    SessionError,
    Trouble,
)
from edge_agent.bluetooth.loan import Loan
from edge_agent.bluetooth.objects import RemoteDevice
from edge_agent.bluetooth.radio import next_device, power_cycle
from edge_agent.bluetooth.rests import Rests
from edge_agent.bluetooth.session import Hub, Session
from edge_agent.outbox import Outbox
from edge_agent.profiles import service_of
from edge_agent.wire.messages import DeviceStatus

logger = logging.getLogger(__name__)

SCAN_FOR_S: Final = 20.0
"""Then the radio is silent for QUIET_S: while it scans, no bonded device that wakes is connected to."""
QUIET_S: Final = 2.0
CONNECT_WITHIN_S: Final = 20.0
PAUSE_S: Final = 5.0
"""Without Bluetooth."""
SCAN_PAUSE_S: Final = 2.0
"""After a scan that could not be started. After STUCK_AFTER in a row the adapter is taken for stuck."""
STUCK_AFTER: Final = 3
LOOK_AGAIN_S: Final = 2.0


class Collector:
    """Two ways to a device: one that is bonded is waited for, any other is looked for."""

    def __init__(self, hub: Hub, outbox: Outbox, loan: Loan) -> None:
        self._hub = hub
        self._outbox = outbox
        self._loan = loan
        self._linking: dict[str, asyncio.Event] = {}  # being read or waited for; set when linked, or given up
        self._rests = Rests()

    def devices(self) -> tuple[DeviceStatus, ...]:
        """The devices that were ever read here, and not forgotten."""
        known = self._outbox.devices.all()
        return tuple(each.status for each in known if each.last_seen_at and not each.forgotten)

    async def run(self, kept: Callable[[], None]) -> None:
        """Never ends; calls `kept` after each new reading. Only an error of the outbox comes out."""
        self._read_what_is_held(kept)
        while True:
            try:
                await _apart(self._work(kept))
            except* BLUETOOTH_ERRORS as errors:
                logger.warning(
                    "no_bluetooth hub=%s again_in_s=%g reason=%r",
                    self._hub.name,
                    PAUSE_S,
                    "; ".join(map(str, errors.exceptions)),
                )
            await asyncio.sleep(PAUSE_S)

    async def _work(self, kept: Callable[[], None]) -> None:
        """Never ends. Raises a group of BluetoothLost, or of what the outbox raises."""

        def overhear(remote: RemoteDevice, number: int, value: bytes) -> None:
            """Another program has connected to a device that we are subscribed to."""
            session = Session(self._hub, remote, self._outbox, kept)
            session.hear(number, value)
            session.close()

        async with open_bluez(overhear) as bluez, asyncio.TaskGroup() as group:
            group.create_task(bluez.watch(), name="watches bluetoothd")
            group.create_task(self._wait_for_bonded(bluez, kept), name="waits for bonded devices")
            group.create_task(self._look_for_others(bluez, kept), name="looks for devices")

    def _read_what_is_held(self, kept: Callable[[], None]) -> None:
        """What devices told a run of this hub that ended before it could ask them about themselves."""
        for address in self._outbox.captures.devices():
            nowhere = RemoteDevice("", "", address, None, paired=False, services=frozenset())
            Session(self._hub, nowhere, self._outbox, kept).close()

    async def _wait_for_bonded(self, bluez: BlueZ, kept: Callable[[], None]) -> None:
        """Let each bonded device have somebody who waits for it."""
        attended: set[str] = set()

        async def attend(path: str) -> None:
            try:
                while remote := self._bonded(bluez, path):
                    await self._visit(bluez, remote, kept, within_s=None)
                    await asyncio.sleep(self._rests.seconds(remote.address))
            finally:
                attended.discard(path)

        async with asyncio.TaskGroup() as group:
            while True:
                bluez.changed.clear()
                for device in bluez.objects.devices():
                    if device.path not in attended and self._bonded(bluez, device.path):
                        attended.add(device.path)
                        group.create_task(attend(device.path), name=f"waits for {device.address}")
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_AGAIN_S):
                        await bluez.changed.wait()

    def _bonded(self, bluez: BlueZ, path: str) -> RemoteDevice | None:
        """The device, if it is to be waited for. Not while it is being paired."""
        remote = bluez.objects.device(path)
        if remote is None or not remote.paired or service_of(remote.services) is None:
            return None
        return None if self._loan.is_taken() or remote.address in self._forgotten() else remote

    async def _look_for_others(self, bluez: BlueZ, kept: Callable[[], None]) -> None:
        failed = 0
        async with asyncio.TaskGroup() as group:
            while True:
                if self._loan.is_taken():  # who pairs needs the radio
                    await asyncio.sleep(LOOK_AGAIN_S)
                    continue
                try:
                    found = await self._scan()
                except BLUETOOTH_ERRORS as error:
                    failed += 1
                    logger.warning("no_scan hub=%s reason=%r", self._hub.name, str(error))
                    await asyncio.sleep(SCAN_PAUSE_S)
                    if failed % STUCK_AFTER == 0:
                        await power_cycle(bluez)
                    continue
                failed = 0
                if found is None:
                    await asyncio.sleep(QUIET_S)
                    continue
                if found.address not in self._linking and found.address not in self._forgotten():
                    visit = self._visit(bluez, found, kept, within_s=CONNECT_WITHIN_S)
                    group.create_task(visit, name=f"reads {found.address}")
                    await asyncio.sleep(0)  # the visit begins
                await self._linked(found.address)

    async def _linked(self, address: str) -> None:
        """The radio is silent until the device is linked, or should be."""
        if linking := self._linking.get(address):
            with suppress(TimeoutError):
                async with asyncio.timeout(CONNECT_WITHIN_S):
                    await linking.wait()

    async def _scan(self) -> RemoteDevice | None:
        """The next device to be connected to, or to be quiet for."""
        forgotten = self._forgotten()
        loop = asyncio.get_running_loop()

        def is_welcome(address: str) -> bool:
            if address in self._linking:
                return not self._linking[address].is_set()
            rested = self._rests.shown(address, loop.time())
            return rested and address not in forgotten and not self._loan.is_taken()

        return await next_device(is_welcome, SCAN_FOR_S, is_lent=self._loan.is_taken)

    async def _visit(
        self, bluez: BlueZ, remote: RemoteDevice, kept: Callable[[], None], within_s: float | None
    ) -> None:
        """Read one device, as soon as it can be connected to."""
        hub, address = self._hub.name, remote.address
        if address in self._linking:  # found and bonded at the same time
            return
        linked = self._linking[address] = asyncio.Event()
        session = Session(self._hub, remote, self._outbox, kept)
        try:
            with bluez.listening(remote.path, session.hear):
                await bluez.subscribe(remote.path)  # to what is shown of a bonded device while it sleeps
                if within_s is None:
                    logger.info("waits_for hub=%s device=%s", hub, address)
                await bluez.connect(remote.path, within_s)
                async with Client(remote.handle, session.gone) as client:
                    linked.set()
                    logger.info("device_connected hub=%s device=%s", hub, address)
                    await session.run(bluez, client)
            logger.info("device_read hub=%s device=%s", hub, address)
            self._rests.read(address)
        except (*BLUETOOTH_ERRORS, SessionError, DeviceInTrouble) as error:
            logger.warning(
                "device_failed hub=%s device=%s error=%s reason=%r",
                hub,
                address,
                type(error).__name__,
                str(error),
            )
            self._see_trouble(address, error)
        finally:
            linked.set()
            del self._linking[address]
            self._rests.begin(address, asyncio.get_running_loop().time())
            session.close()

    def _see_trouble(self, address: str, error: Exception) -> None:
        """Note what no further attempt will mend."""
        trouble = error.trouble if isinstance(error, DeviceInTrouble) else None
        aborted = isinstance(error, BlueZError) and error.text == ABORTED_BY_US
        if self._rests.failed(address, aborted=aborted):
            trouble = Trouble.BOND_LOST
        if trouble is not None:
            self._outbox.devices.in_trouble(address, trouble)
            logger.error("device_in_trouble hub=%s device=%s trouble=%s", self._hub.name, address, trouble)

    def _forgotten(self) -> set[str]:
        return {known.device.identifier for known in self._outbox.devices.all() if known.forgotten}


async def _apart(work: Coroutine[None, None, None]) -> None:
    """Await it as a task of its own.

    A task group that fails while it is cancelled tells of its failure alone (until Python 3.13).
    """
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task})
    except asyncio.CancelledError:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise
    task.result()
