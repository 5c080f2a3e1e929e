"""Looks for devices and reads each that shows itself; what one device does wrong does not hurt the others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Final

from edge_agent.bluetooth.backoff import Backoffs
from edge_agent.bluetooth.bluez import BlueZ, open_bluez
from edge_agent.bluetooth.errors import BLUETOOTH_ERRORS, Trouble
from edge_agent.bluetooth.objects import RemoteDevice
from edge_agent.bluetooth.radio import STUCK_AFTER_S, StuckAdapter, next_device, power_cycle
from edge_agent.bluetooth.radio_lock import RadioLock
from edge_agent.bluetooth.session import Hub, Session
from edge_agent.bluetooth.visits import Visit, Visits
from edge_agent.outbox import KnownDevice, Outbox
from edge_agent.profiles import Pairing, product_of, service_of
from edge_agent.wire.messages import DeviceStatus

logger = logging.getLogger(__name__)

SCAN_FOR_S: Final = 20.0
"""Then the radio is silent for QUIET_S: while it scans, no bonded device that wakes is connected to."""
QUIET_S: Final = 2.0
CONNECT_WITHIN_S: Final = 20.0
PAUSE_S: Final = 5.0
"""Without Bluetooth."""
SCAN_PAUSE_S: Final = 2.0
"""After a scan that could not be started."""
LOOK_AGAIN_S: Final = 2.0


class Collector:
    """Two ways to a device: one that is bonded is waited for, any other is looked for."""

    def __init__(
        self, hub: Hub, outbox: Outbox, radio_lock: RadioLock, *, stuck_after_s: float = STUCK_AFTER_S
    ) -> None:
        self._hub = hub
        self._outbox = outbox
        self._radio_lock = radio_lock
        self._stuck_after_s = stuck_after_s
        self._waits_for_nobody = False

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

        backoffs = Backoffs()
        async with open_bluez(overhear, backoffs.end) as bluez, asyncio.TaskGroup() as group:
            visits = Visits(
                self._hub, self._outbox, self._radio_lock, bluez=bluez, backoffs=backoffs, kept=kept
            )
            group.create_task(bluez.watch(), name="watches bluetoothd")
            group.create_task(self._wait_for_bonded(bluez, visits), name="waits for bonded devices")
            group.create_task(self._look_for_others(bluez, visits), name="looks for devices")

    def _read_what_is_held(self, kept: Callable[[], None]) -> None:
        """What devices told a run of this hub that ended before it could ask them about themselves."""
        for address in self._outbox.captures.devices():
            nowhere = RemoteDevice("", "", address, None, paired=False, services=frozenset())
            Session(self._hub, nowhere, self._outbox, kept).close()

    async def _wait_for_bonded(self, bluez: BlueZ, visits: Visits) -> None:
        """Let each bonded device be waited for, unless it is left alone."""
        async with asyncio.TaskGroup() as group:
            while True:
                bluez.changed.clear()
                visits.forget_gone()
                for remote in self._bonded(bluez, visits):
                    group.create_task(visits.begin(remote, None), name=f"waits for {remote.address}")
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_AGAIN_S):
                        await bluez.changed.wait()

    def _bonded(self, bluez: BlueZ, visits: Visits) -> list[RemoteDevice]:
        """The devices to begin to wait for. None while one is being paired."""
        if self._waits_for_nobody or self._radio_lock.is_held():
            return []
        forgotten = {known.device.identifier for known in self._outbox.devices.all() if known.forgotten}
        return [
            remote
            for remote in bluez.objects.devices()
            if remote.paired
            and service_of(remote.services) is not None
            and bluez.objects.is_on(remote.adapter)
            and remote.address not in forgotten
            and visits.may_begin(remote.path)
        ]

    async def _look_for_others(self, bluez: BlueZ, visits: Visits) -> None:
        adapter = StuckAdapter(self._stuck_after_s)
        async with asyncio.TaskGroup() as group:
            while True:
                if self._radio_lock.is_held():  # who pairs needs the radio
                    await asyncio.sleep(LOOK_AGAIN_S)
                    continue
                try:
                    found = await self._scan(visits)
                except BLUETOOTH_ERRORS as error:
                    logger.warning("no_scan hub=%s reason=%r", self._hub.name, str(error))
                    await self._help(bluez, visits, adapter)
                    continue
                adapter.worked()
                if found is None:
                    await asyncio.sleep(QUIET_S)
                    continue
                is_news = visits.to(found.path) is None
                if is_news and is_to_be_read(found, self._outbox.devices.find(found.address)):
                    visit = visits.begin(found, CONNECT_WITHIN_S)
                    group.create_task(visit, name=f"reads {found.address}")
                    await asyncio.sleep(0)  # the visit begins
                await _linked(visits.to(found.path))

    async def _scan(self, visits: Visits) -> RemoteDevice | None:
        """The next device to be connected to, or to be quiet for."""
        known = {each.device.identifier: each for each in self._outbox.devices.all()}

        def is_welcome(remote: RemoteDevice) -> bool:
            is_due = visits.shown(remote.path)
            return (
                is_due and is_to_be_read(remote, known.get(remote.address)) and not self._radio_lock.is_held()
            )

        return await next_device(is_welcome, SCAN_FOR_S, is_locked=self._radio_lock.is_held)

    async def _help(self, bluez: BlueZ, visits: Visits, adapter: StuckAdapter) -> None:
        """After a scan that could not be started. Nothing is stuck while some device is being read."""
        await asyncio.sleep(SCAN_PAUSE_S)
        if not adapter.failed(asyncio.get_running_loop().time()) or visits.are_linked:
            return
        self._waits_for_nobody = True  # with a Connect pending it crashes some kernels (kernel_faults.py)
        try:
            await asyncio.sleep(0)  # what was begun in this turn is a visit, too, from the next one on
            await visits.give_up()
            await power_cycle(bluez)
        finally:
            self._waits_for_nobody = False
            bluez.changed.set()
        adapter.worked()


async def _linked(visit: Visit | None) -> None:
    """The radio is silent until the device is linked, or should be."""
    if visit is not None:
        with suppress(TimeoutError):
            async with asyncio.timeout(CONNECT_WITHIN_S):
                await visit.linked.wait()


def is_to_be_read(remote: RemoteDevice, known: KnownDevice | None) -> bool:
    """Not what was forgotten, nor what somebody has just made ready to pair: a connection would spoil that.

    A device that is known to tell whoever connects may be discoverable for a limited time each time it wakes.
    """
    if known is not None and known.forgotten:
        return False
    if remote.paired or not remote.is_limited_discoverable or product_of(remote.name).pairing is Pairing.NONE:
        return True
    return known is not None and known.last_seen_at is not None and known.trouble != Trouble.NOT_PAIRED


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
