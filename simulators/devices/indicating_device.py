"""Devices that indicate what they measured and then forget it, as cuffs and scales do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from simulators.bluez.peripheral import Characteristic, Service, uuid16
from simulators.devices.device import Identity, Timing, VirtualDevice
from simulators.devices.memory import Outgoing


class IndicatingDevice(VirtualDevice[Outgoing]):
    """Keeps measurements until a hub subscribes; indicates them, oldest first, deletes what was confirmed."""

    def __init__(
        self,
        identity: Identity,
        memory: Outgoing,
        *,
        service: int,
        measurement: int,
        feature: Characteristic,
        remembered: Callable[[], None],
        timing: Timing,
    ) -> None:
        self._measurement = Characteristic(uuid16(measurement), ("indicate",))
        self._listened_to = asyncio.Event()
        super().__init__(
            identity,
            memory,
            Service(uuid16(service), [self._measurement, feature]),
            remembered=remembered,
            timing=timing,
        )

    def store(self, payload: bytes) -> None:
        self.memory.waiting.append(payload)
        self._remembered()

    def has_more(self) -> bool:
        return bool(self.memory.waiting)

    def subscription(self, characteristic: Characteristic, *, on: bool) -> None:
        super().subscription(characteristic, on=on)
        self._see_who_listens()

    def unlinked(self) -> None:
        super().unlinked()
        self._see_who_listens()

    async def serve(self) -> None:
        async with asyncio.timeout(self._timing.waits):
            await self._listened_to.wait()
        while True:
            while self._can_hand_over():
                await self._hand_over()
            await self.idle(self._timing.lingers)
            if not self._can_hand_over():  # else: measured once more while it lingered
                return

    async def _hand_over(self) -> None:
        await self.send(self._measurement, self.memory.waiting[0])
        del self.memory.waiting[0]
        self._remembered()

    def _can_hand_over(self) -> bool:
        return bool(self.memory.waiting) and self._listened_to.is_set()

    def _see_who_listens(self) -> None:
        if self._measurement in self.subscribed:
            self._listened_to.set()
        else:
            self._listened_to.clear()
