"""Looks for devices and reads each that shows itself; what one device does wrong does not hurt the others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Final

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.uuids import normalize_uuid_16

from edge_agent.bluetooth.errors import BLUETOOTH_ERRORS, unharmed
from edge_agent.bluetooth.session import Session, SessionError
from edge_agent.intake import Connected
from edge_agent.outbox import Outbox
from edge_agent.wire.messages import DeviceStatus

logger = logging.getLogger(__name__)

GLUCOSE_SERVICE: Final = 0x1808
BLOOD_PRESSURE_SERVICE: Final = 0x1810
WEIGHT_SCALE_SERVICE: Final = 0x181D
SERVICES: Final = [
    normalize_uuid_16(number) for number in (GLUCOSE_SERVICE, BLOOD_PRESSURE_SERVICE, WEIGHT_SCALE_SERVICE)
]
SCAN_FOR_S: Final = 60.0
"""Then the scan begins anew: one that its adapter has silently ended is noticed."""
REST_S: Final = 5.0
"""A device that was read and still shows itself is left alone for so long; doubled with each failure."""
LONGEST_REST_S: Final = 300.0
NO_BLUETOOTH_PAUSE_S: Final = 5.0


class Collector:
    """The radio's owner: one scanner, silent while a connection is made (BlueZ does not do both well)."""

    def __init__(self, hub: str, zone: tzinfo, outbox: Outbox, *, now: Callable[[], datetime]) -> None:
        self._hub = hub
        self._zone = zone
        self._outbox = outbox
        self._now = now
        self._connected: set[str] = set()
        self._rest_until: dict[str, float] = {}
        self._failures: dict[str, int] = {}
        self._devices: dict[str, DeviceStatus] = {}

    def devices(self) -> tuple[DeviceStatus, ...]:
        """The devices that were read since the start."""
        return tuple(self._devices.values())

    async def run(self, kept: Callable[[], None]) -> None:
        """Never ends; calls `kept` after each new reading. Only an error of the outbox comes out."""
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    found = await self._scan()
                except BLUETOOTH_ERRORS as error:
                    logger.warning(
                        "no_bluetooth hub=%s again_in_s=%g reason=%r",
                        self._hub,
                        NO_BLUETOOTH_PAUSE_S,
                        str(error),
                    )
                    await asyncio.sleep(NO_BLUETOOTH_PAUSE_S)
                    continue
                if found is not None:
                    connecting = asyncio.Event()
                    group.create_task(self._visit(found, kept, connecting), name=f"reads {found.address}")
                    await connecting.wait()

    async def _scan(self) -> BLEDevice | None:
        """The next device with something to say, once the scanner is silent again."""
        found: asyncio.Queue[BLEDevice] = asyncio.Queue()

        def on_advertisement(device: BLEDevice, _: AdvertisementData) -> None:
            if self._is_welcome(device.address):
                found.put_nowait(device)

        scanner = BleakScanner(on_advertisement, service_uuids=SERVICES)
        await scanner.start()
        try:
            async with asyncio.timeout(SCAN_FOR_S):
                return await found.get()
        except TimeoutError:
            return None
        finally:
            with unharmed("scanner_not_stopped"):
                await scanner.stop()

    def _is_welcome(self, address: str) -> bool:
        now = asyncio.get_running_loop().time()
        return address not in self._connected and self._rest_until.get(address, now) <= now

    async def _visit(self, found: BLEDevice, kept: Callable[[], None], connecting: asyncio.Event) -> None:
        """Read one device. `connecting` is set when the connection stands, or cannot be made."""
        self._connected.add(found.address)
        try:
            async with Session(found, self._now) as session:
                connecting.set()
                device = await session.identify()
                logger.info("device_connected hub=%s device=%s", self._hub, device.identifier)
                self._devices[device.identifier] = DeviceStatus(device=device, last_seen_at=self._now())
                offset = await session.clock_offset(self._zone)
                connected = Connected(self._hub, self._zone, device, offset)
                await session.read(connected, self._outbox, kept)
            logger.info("device_read hub=%s device=%s", self._hub, found.address)
            self._failures.pop(found.address, None)
        except (*BLUETOOTH_ERRORS, SessionError) as error:
            self._failures[found.address] = self._failures.get(found.address, 0) + 1
            logger.warning(
                "device_failed hub=%s device=%s error=%s reason=%r",
                self._hub,
                found.address,
                type(error).__name__,
                str(error),
            )
        finally:
            connecting.set()
            self._connected.discard(found.address)
            rest = min(REST_S * 2.0 ** min(self._failures.get(found.address, 0), 10), LONGEST_REST_S)
            self._rest_until[found.address] = asyncio.get_running_loop().time() + rest
