"""Virtual devices for scenes, and when they measure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Container, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from simulators.devices.cuff import Cuff
from simulators.devices.device import Identity, Timing, VirtualDevice
from simulators.devices.glucometer import Glucometer
from simulators.devices.memory import Outgoing, Records
from simulators.devices.values import BloodPressure

QUICK: Final = Timing(advertises=60.0, waits=10.0, lingers=0.3)
CUFF: Final = Identity("C0:26:DF:00:00:01", "Arm Cuff", "Acme", "AC-1", "0001")
METER: Final = Identity("C0:26:DF:00:00:03", "Meter", "Acme", "M-1", "0003")
STORED: Final = (121, 122, 123, 124, 125)
PASSKEY: Final = 264519
PRESSED_EVERY_S: Final = 0.5


def nobody() -> None:
    """Nobody keeps what the device remembers."""


def a_cuff(identity: Identity = CUFF, *, bonded: bool = False, timing: Timing = QUICK) -> Cuff:
    return Cuff(identity, Outgoing(bonded=bonded), remembered=nobody, timing=timing)


def a_meter(passkey: int | None = None, *, bonded: bool = False, timing: Timing = QUICK) -> Glucometer:
    return Glucometer(METER, Records(bonded=bonded), remembered=nobody, timing=timing, passkey=passkey)


@asynccontextmanager
async def pressed_until_paired(device: VirtualDevice[Any], bonds: Container[str]) -> AsyncIterator[None]:
    """Somebody presses its button again while nothing happens: a running hub may have been there first."""
    presses = asyncio.create_task(_press(device, bonds))
    try:
        yield
    finally:
        presses.cancel()
        await asyncio.wait({presses})


async def _press(device: VirtualDevice[Any], bonds: Container[str]) -> None:
    while device.address not in bonds:
        device.wake()
        await asyncio.sleep(PRESSED_EVERY_S)


def minutes_ago(minutes: int) -> datetime:
    return datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=minutes)


def measure(cuff: Cuff, systolic: Sequence[int] = STORED) -> None:
    """One after the other, a minute apart, out of the hub's reach."""
    for minutes, value in enumerate(reversed(systolic)):
        cuff.measure(BloodPressure(value, 80, 70), minutes_ago(minutes))
    cuff.memory.waiting.reverse()
