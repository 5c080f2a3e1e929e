"""What happens to a hub and its devices, each scene with devices of its own, so that their order is free."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from simulators.devices import encoders
from simulators.devices.values import BloodPressure, Glucose
from tests.radio.guest.devices import Indicator, Meter
from tests.radio.guest.world import Missed, World

Scene = Callable[[World], Awaitable[list[str]]]
"""Returns figures worth a line. Raises Missed."""
SCENES: Final[dict[str, Scene]] = {}
READ_WITHIN_S: Final = 30.0
ASLEEP_S: Final = 130.0
AWAKE_S: Final = 20.0


def scene(name: str) -> Callable[[Scene], Scene]:
    """Enter it under a name."""

    def enter(function: Scene) -> Scene:
        SCENES[name] = function
        return function

    return enter


def pressure(systolic: int, at: datetime) -> bytes:
    return encoders.blood_pressure(BloodPressure(systolic, 80, 66), at)


def fill(meter: Meter, numbers: range) -> None:
    for number in numbers:
        at = meter.now() - timedelta(minutes=len(numbers) + numbers.start - number)
        meter.records[number] = encoders.glucose(Glucose(80 + number % 100), at, number)


async def read(world: World, device: Indicator, values: list[bytes], within_s: float = READ_WITHIN_S) -> str:
    """Wake it with something more to say; all it holds arrives, once. How long that took from its waking."""
    device.memory += values
    count = len(world.readings(device.address)) + len(device.memory)
    await device.wake()
    await world.arrived(device.address, count, within_s)
    took = asyncio.get_running_loop().time() - device.woke_at
    if not await device.gone(READ_WITHIN_S):
        raise Missed("the device was let go")
    return f"{device.name.lower()} at the gateway {took:.1f} s after it woke"


def without_trouble(world: World) -> None:
    if troubles := world.troubles():
        raise Missed(f"no device is in trouble: {troubles[0]}")


async def listed(world: World, address: str = "") -> list[str]:
    """What `hearthbeat-hub devices` says of the device, or of each: a paragraph an entry."""
    _, said = await world.hub("devices")
    return [entry for entry in said.split("\n\n")[1:] if address in entry]
