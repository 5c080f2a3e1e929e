"""What the virtual devices have in common: they sleep, wake for a while, and go back to sleep."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from simulators.bluez.peripheral import Characteristic, Link, LinkLost, Peripheral, Service, uuid16
from simulators.devices.clock import DeviceClock
from simulators.devices.memory import Memory

BATTERY_PERCENT = 87

MemoryT = TypeVar("MemoryT", bound=Memory)


@dataclass(frozen=True)
class Timing:
    """Seconds; as home devices have it in their manuals."""

    advertises: float = 30.0  # after a measurement, unless a hub connects
    waits: float = 30.0  # for a connected hub to subscribe or to ask
    lingers: float = 2.0  # after all is handed over, or after the last request


@dataclass(frozen=True)
class Identity:
    """Who a device is: its radio address, and what its Device Information (0x180A) says."""

    address: str
    name: str
    manufacturer: str
    model: str
    serial: str


def true_time() -> datetime:
    return datetime.now(UTC)


class VirtualDevice(Peripheral, Generic[MemoryT]):
    """A device with a memory, a clock and a battery.

    `remembered` is called after every change of the memory, so that somebody may keep it. With a passkey, the
    measurements and whatever controls them are for bonded hubs only.
    """

    def __init__(
        self,
        identity: Identity,
        memory: MemoryT,
        service: Service,
        *others: Service,
        remembered: Callable[[], None],
        timing: Timing,
        passkey: int | None = None,
    ) -> None:
        super().__init__(
            identity.address,
            identity.name,
            [service, *others, _device_information(identity), _battery()],
            advertised=[service.uuid],
            passkey=passkey,
        )
        self.bonded = memory.bonded
        self.memory = memory
        self.clock = DeviceClock(memory)
        self._remembered = remembered
        self._timing = timing
        self._sleep: asyncio.TimerHandle | None = None
        self._session: asyncio.Task[None] | None = None
        self._last_access = 0.0

    def wake(self) -> None:
        """Somebody pressed its button, or measured: it can be found for a while."""
        if self.link is not None:
            return
        self.sleep()
        self.advertising = True
        self._sleep = asyncio.get_running_loop().call_later(self._timing.advertises, self.sleep)

    def sleep(self) -> None:
        self.advertising = False
        if self._sleep is not None:
            self._sleep.cancel()
            self._sleep = None

    async def serve(self) -> None:
        """What the device does while connected; then, and on LinkLost or TimeoutError, it ends the link."""
        raise NotImplementedError

    async def send(self, characteristic: Characteristic, value: bytes) -> None:
        """Notify or indicate. Raises LinkLost."""
        if self.link is None:
            raise LinkLost
        await self.link.send(characteristic, value)
        self.accessed()

    def has_more(self) -> bool:
        """Whether it still holds what it wanted to hand over, and so wakes again when the link breaks."""
        return False

    def linked(self, link: Link) -> None:
        super().linked(link)
        self.sleep()
        self.accessed()
        self._session = asyncio.create_task(self._serve(link))

    def unlinked(self) -> None:
        super().unlinked()
        if self._session is not None and self._session is not asyncio.current_task():
            self._session.cancel()
        if self.has_more():
            self.wake()

    def accessed(self) -> None:
        self._last_access = asyncio.get_running_loop().time()

    def pairing_ended(self, *, bonded: bool) -> None:
        super().pairing_ended(bonded=bonded)
        self.memory.bonded = bonded
        self._remembered()

    async def idle(self, seconds: float) -> None:
        """Return once the hub has not read, written or subscribed for so long."""
        loop = asyncio.get_running_loop()
        while True:
            left = self._last_access + seconds - loop.time()
            if left <= 0:
                return
            await asyncio.sleep(left)

    async def _serve(self, link: Link) -> None:
        try:
            await self.serve()
        except (LinkLost, TimeoutError):
            pass
        finally:
            link.close()


def _device_information(identity: Identity) -> Service:
    """0x180A, as strings in UTF-8 (Device Information Service 1.1)."""
    texts = {
        0x2A29: identity.manufacturer,
        0x2A24: identity.model,
        0x2A25: identity.serial,
        0x2A26: "1.0.0",
    }
    return Service(uuid16(0x180A), [_constant(number, text.encode()) for number, text in texts.items()])


def _battery() -> Service:
    """0x180F (Battery Service 1.0)."""
    return Service(uuid16(0x180F), [_constant(0x2A19, bytes([BATTERY_PERCENT]))])


def _constant(number: int, value: bytes) -> Characteristic:
    return Characteristic(uuid16(number), ("read",), read=lambda: value)
