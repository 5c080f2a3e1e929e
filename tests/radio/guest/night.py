"""A night: devices wake, sleep and are carried off, and what serves them is killed, at random.

Whatever a device handed over while the hub stood is at the gateway, once, and no device is called in trouble.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from statistics import quantiles
from typing import Final

from simulators.devices import encode
from simulators.devices.values import BloodPressure, Glucose, Weight
from tests.radio.guest.devices import Indicator, Meter
from tests.radio.guest.world import Missed, World

BETWEEN_S: Final = (2.0, 40.0)
AWAKE_S: Final = 30.0
ARRIVES_WITHIN_S: Final = 60.0
SETTLES_WITHIN_S: Final = 180.0
FAULTS_EVERY: Final = 4
"""One event in so many is a fault."""


@dataclass
class Tally:
    """What became of the measurements of the night."""

    wakes: int = 0
    faults: int = 0
    handed_over: int = 0
    taken_while_away: int = 0  # confirmed by bluetoothd for a hub that was just killed (docs/devices.md)
    took_s: list[float] = field(default_factory=list)

    def lines(self) -> list[str]:
        said = [f"{self.wakes} wakings, {self.faults} faults, {self.handed_over} measurements handed over"]
        if len(self.took_s) > 1:
            spread = quantiles(self.took_s, n=20)
            said.append(f"from waking to the gateway: p50 {spread[9]:.1f} s, p95 {spread[18]:.1f} s")
        said.append(f"{self.taken_while_away} confirmed for a hub that was killed in that moment")
        return said


class Night:
    """`random` decides what comes next, so that a seed repeats it as far as a real daemon lets it."""

    def __init__(self, world: World, random: Random) -> None:
        self._world = world
        self._random = random
        self._tally = Tally()
        self._indicators: list[Indicator] = []
        self._meter: Meter | None = None
        self._minute = 0

    async def last(self, hours: float) -> list[str]:
        """Play it, then let everything be read. Raises Missed."""
        world, loop = self._world, asyncio.get_running_loop()
        await self._begin()
        with world.running_agent():
            until = loop.time() + hours * 3600
            while loop.time() < until:
                await self._next()
                await asyncio.sleep(self._random.uniform(*BETWEEN_S))
                if troubles := world.troubles():
                    raise Missed(f"no device is in trouble: {troubles[0]}")
            await self._settle()
        return self._tally.lines()

    async def _begin(self) -> None:
        world = self._world
        cuff, private, scale = await world.cuff(), await world.cuff(is_private=True), await world.scale()
        self._indicators = [cuff, private, scale]
        self._meter = await world.meter()
        for device in (cuff, private, self._meter):
            await world.paired(device)

    async def _next(self) -> None:
        if self._random.randrange(FAULTS_EVERY) == 0:
            self._tally.faults += 1
            faults: Sequence[Callable[[], Awaitable[None]]] = (
                self._kill_agent, self._kill_bluetoothd, self._switch_adapter, self._carry_off,
            )  # fmt: skip
            await self._random.choice(faults)()
        elif self._meter is not None and self._random.randrange(3) == 0:
            await self._wake_meter(self._meter)
        else:
            await self._wake_indicator(self._random.choice(self._indicators))

    async def _wake_indicator(self, device: Indicator) -> None:
        """It has one to three things to say, and half a minute for it."""
        before = len(device.confirmed)
        device.memory += [self._value(device) for _ in range(self._random.randint(1, 3))]
        self._tally.wakes += 1
        await device.wake(has_new_address=device.is_private)
        await device.gone(AWAKE_S)
        said = [value.hex() for value in device.confirmed[before:]]
        self._tally.handed_over += len(said)
        await self._world.arrived_raw(device.address, said, ARRIVES_WITHIN_S)
        if said:
            self._tally.took_s.append(asyncio.get_running_loop().time() - device.woke_at - device.lingers_s)
        await device.sleep()

    async def _wake_meter(self, meter: Meter) -> None:
        first = max(meter.records, default=0) + 1
        for number in range(first, first + self._random.randint(1, 30)):
            self._minute += 1
            meter.records[number] = encode.glucose(Glucose(80 + number % 90), meter.now(), number)
        self._tally.wakes += 1
        await meter.wake()
        await asyncio.sleep(AWAKE_S)
        await meter.sleep()

    def _value(self, device: Indicator) -> bytes:
        self._minute += 1
        if device.name == "Scale":
            return encode.weight(Weight(60 + self._minute % 1000 / 20), None)
        at = device.now() - timedelta(hours=12) + timedelta(seconds=self._minute)
        return encode.blood_pressure(BloodPressure(100 + self._minute % 80, 70, 60), at)

    async def _kill_agent(self) -> None:
        await self._wake_for_a_moment()
        self._world.agent.kill()
        await asyncio.sleep(self._random.uniform(0.5, 10))
        self._world.agent.start()

    async def _kill_bluetoothd(self) -> None:
        await self._wake_for_a_moment()
        self._world.bluetoothd.kill()
        await asyncio.sleep(self._random.uniform(0.5, 20))
        self._world.bluetoothd.start()
        await self._world.until_adapter()

    async def _switch_adapter(self) -> None:
        await self._wake_for_a_moment()
        await self._world.bus.power(on=False)
        await asyncio.sleep(self._random.uniform(1, 15))
        await self._world.bus.power(on=True)
        await self._world.until_adapter()

    async def _carry_off(self) -> None:
        """A device is woken and gone in the middle of what it says."""
        device = await self._wake_for_a_moment()
        device.lose_link()
        await device.sleep()

    async def _wake_for_a_moment(self) -> Indicator:
        """One that has something to say, and may be in the middle of it."""
        device = self._random.choice(self._indicators)
        device.memory.append(self._value(device))
        await device.wake()
        await asyncio.sleep(self._random.uniform(0.2, 4))
        return device

    async def _settle(self) -> None:
        """Nothing fails any more: what devices still hold is read, and each record is there once."""
        for device in self._indicators:
            while device.memory:
                await device.wake()
                if not await device.gone(SETTLES_WITHIN_S):
                    raise Missed(f"{device.name} hands over what it holds")
        if self._meter is not None:
            await self._meter.wake()
            await self._world.arrived(self._meter.address, len(self._meter.records), SETTLES_WITHIN_S)
        for device in self._indicators:
            confirmed, arrived = len(device.confirmed), len(self._world.readings(device.address))
            if arrived > confirmed:
                raise Missed(f"{device.name}: nothing twice")
            self._tally.taken_while_away += confirmed - arrived
