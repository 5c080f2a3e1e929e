"""The adapter: its one scanner, and what helps when it is stuck."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from typing import Final

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.uuids import normalize_uuid_16
from dbus_fast import Variant

from edge_agent.bluetooth.bluez import BlueZ
from edge_agent.bluetooth.errors import unharmed
from edge_agent.bluetooth.lifetimes import LET_GO_WITHIN_S
from edge_agent.bluetooth.message_bus import ANSWER_WITHIN_S, answer_within
from edge_agent.bluetooth.objects import ADAPTER, RemoteDevice, remote_device
from edge_agent.profiles import SERVICES

logger = logging.getLogger(__name__)

UUIDS: Final = [normalize_uuid_16(number) for number in SERVICES]
POWER_PAUSE_S: Final = 1.0
STEP_S: Final = 0.5
STUCK_AFTER_S: Final = 30.0
"""After a bluetoothd that was killed the kernel scans on for 10 s, and nobody else can: that is not stuck."""


class StuckAdapter:
    """Whether an adapter on which no scan begins is to be switched off and on. Times are monotonic seconds.

    One for each bluetoothd: a new one is given its time.
    """

    def __init__(self, after_s: float = STUCK_AFTER_S) -> None:
        self._after_s = after_s
        self._since: float | None = None

    def failed(self, now: float) -> bool:
        """A scan could not be started."""
        if self._since is None:
            self._since = now
        return now - self._since >= self._after_s

    def worked(self) -> None:
        """A scan was started, or what helps was done: from here the time begins anew."""
        self._since = None


@contextlib.asynccontextmanager
async def scanning(
    is_welcome: Callable[[RemoteDevice], bool],
) -> AsyncIterator[asyncio.Queue[RemoteDevice]]:
    """Devices that show themselves and are welcome, each as often as it does.

    Connecting while the scanner runs fails or waits: leave this before. Raises BleakError, and TimeoutError
    where bluetoothd hangs.
    """
    found: asyncio.Queue[RemoteDevice] = asyncio.Queue()

    def on_advertisement(device: BLEDevice, _: AdvertisementData) -> None:
        remote = remote_device(device.details["path"], device.details["props"])
        if is_welcome(remote):
            found.put_nowait(remote)

    scanner = BleakScanner(on_advertisement, service_uuids=UUIDS)
    async with answer_within(ANSWER_WITHIN_S):
        await scanner.start()
    try:
        yield found
    finally:
        with unharmed("scanner_not_stopped"):
            async with answer_within(LET_GO_WITHIN_S):
                await scanner.stop()


async def next_device(
    is_welcome: Callable[[RemoteDevice], bool], within_s: float, *, is_locked: Callable[[], bool]
) -> RemoteDevice | None:
    """The next device that shows itself, once the scanner is silent again; None also if the radio is locked.

    Raises BleakError.
    """
    async with scanning(is_welcome) as found:
        for _ in range(round(within_s / STEP_S)):
            if is_locked():
                break
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STEP_S):
                    return await found.get()
    return None


async def power_cycle(bluez: BlueZ) -> None:
    """Switch the adapters off and on: one that answers everything with InProgress does so until then.

    One that was switched off is on afterwards. With a Connect pending this hits a bug of some kernels
    (kernel_faults.py): end them before.
    """
    for adapter in bluez.objects.adapters():
        logger.warning("adapter_power_cycled adapter=%s", adapter)
        with unharmed("adapter_not_power_cycled"):
            await bluez.set(adapter, ADAPTER, "Powered", Variant("b", value=False))
            await asyncio.sleep(POWER_PAUSE_S)
            await bluez.set(adapter, ADAPTER, "Powered", Variant("b", value=True))
