"""A night: devices wake, sleep and are carried off, and what serves them is killed, at random.

Whatever a device handed over and bluetoothd confirmed while the hub stood is at the gateway, once, and no
device is called in trouble.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Final

import click

from simulators.devices import encoders
from simulators.devices.values import BloodPressure, Glucose, Weight
from tests.radio.guest.devices import Indicator, Meter
from tests.radio.guest.scene import without_trouble
from tests.radio.guest.tally import Tally
from tests.radio.guest.world import Missed, World

BETWEEN_S: Final = (2.0, 40.0)
AWAKE_S: Final = 30.0
ARRIVES_WITHIN_S: Final = 60.0
SETTLES_WITHIN_S: Final = 180.0
FAULTS_EVERY: Final = 4
"""One event in so many is a fault."""
MEASURED_S: Final = 12 * 3600.0
"""So long ago the first value was measured, by the devices' clocks."""


class Night:
    """`random` decides what comes next, so that a seed repeats it as far as a real daemon lets it."""

    def __init__(self, world: World, random: Random) -> None:
        self._world = world
        self._random = random
        self._tally = Tally()
        self._indicators: list[Indicator] = []
        self._meters: list[Meter] = []
        self._number = 0

    async def last(self, hours: float) -> list[str]:
        """Play it, then let everything be read. Raises Missed; what came before is told then, too."""
        await self._begin()
        try:
            async with self._world.running_agent():
                until = asyncio.get_running_loop().time() + hours * 3600
                while asyncio.get_running_loop().time() < until:
                    await self._next()
                    await asyncio.sleep(self._random.uniform(*BETWEEN_S))
                    without_trouble(self._world)
                await self._settle()
                without_trouble(self._world)
        finally:
            click.echo("\n".join(self._tally.lines()))
        return self._tally.lines()

    async def _begin(self) -> None:
        world = self._world
        cuff, private, scale = await world.cuff(), await world.cuff(is_private=True), await world.scale()
        meter = await world.meter()
        self._indicators, self._meters = [cuff, private, scale], [meter]
        for device in (cuff, private, meter):
            await world.paired(device)

    async def _next(self) -> None:
        if self._random.randrange(FAULTS_EVERY) == 0:
            self._tally.faults += 1
            faults: Sequence[Callable[[], Awaitable[None]]] = (
                self._kill_agent, self._kill_bluetoothd, self._switch_adapter, self._carry_off,
            )  # fmt: skip
            fault = self._random.choice(faults)
            click.echo(f"night: {fault.__name__.strip('_')}")
            await fault()
        elif self._random.randrange(3) == 0:
            await self._wake_meter(self._random.choice(self._meters))
        else:
            await self._wake_indicator(self._random.choice(self._indicators))

    async def _wake_indicator(self, device: Indicator) -> None:
        """It has one to three more things to say, and half a minute for it."""
        await device.sleep()
        before = len(device.confirmed)
        device.memory += [self._value(device) for _ in range(self._random.randint(1, 3))]
        last = device.memory[-1].hex()
        await device.wake(has_new_address=device.is_private)
        await self._in_time(lambda: last in self._raw(device))
        await device.gone(AWAKE_S)
        await device.sleep()
        said = [value.hex() for value in device.confirmed[before:]]
        await self._world.arrived_raw(device.address, said, ARRIVES_WITHIN_S)

    async def _wake_meter(self, meter: Meter) -> None:
        """It has up to thirty records more, and half a minute for them."""
        first = max(meter.records, default=0) + 1
        for number in range(first, first + self._random.randint(1, 30)):
            meter.records[number] = encoders.glucose(Glucose(80 + number % 90), meter.now(), number)
        await meter.wake()
        await self._in_time(lambda: len(self._world.readings(meter.address)) >= len(meter.records))
        await meter.sleep()

    async def _in_time(self, is_all_there: Callable[[], object]) -> None:
        """From the waking until all is at the gateway; or it was not read while it was awake."""
        self._tally.wakes += 1
        try:
            self._tally.took_s.append(await self._world.until(is_all_there, AWAKE_S, "it is read"))
        except Missed:
            self._tally.not_read += 1

    def _raw(self, device: Indicator) -> list[str]:
        return [reading.raw for reading in self._world.readings(device.address)]

    def _value(self, device: Indicator) -> bytes:
        """Another one each time."""
        self._number += 1
        if device.name == "Scale":
            return encoders.weight(Weight(60 + self._number / 20), None)
        at = device.now() - timedelta(seconds=MEASURED_S - self._number)
        return encoders.blood_pressure(BloodPressure(100 + self._number % 80, 70, 60), at)

    async def _kill_agent(self) -> None:
        await self._wake_for_a_moment()
        without_trouble(self._world)  # what it has said is forgotten when it is started again
        begun = self._tally.away()
        self._world.agent.kill()
        await asyncio.sleep(self._random.uniform(0.5, 10))
        self._world.agent.start()
        await self._world.until(self._is_back, ARRIVES_WITHIN_S, "the hub is back")
        self._tally.back(begun)

    def _is_back(self) -> bool:
        """It is subscribed to what it waits for."""
        said, bonded = self._world.agent.output, [*self._indicators[:2], *self._meters]
        return all(f"device={device.address}" in said for device in bonded)

    async def _kill_bluetoothd(self) -> None:
        await self._wake_for_a_moment()
        begun = self._tally.away()
        self._world.bluetoothd.kill()
        await asyncio.sleep(self._random.uniform(0.5, 20))
        self._world.bluetoothd.start()
        self._tally.back(begun)
        await self._world.until_adapter()

    async def _switch_adapter(self) -> None:
        await self._wake_for_a_moment()
        await self._world.bus.power(on=False)
        await asyncio.sleep(self._random.uniform(1, 15))
        await self._world.switch_on()

    async def _carry_off(self) -> None:
        """A device is woken and gone in the middle of what it says."""
        device = await self._wake_for_a_moment()
        device.lose_link()
        await device.sleep()

    async def _wake_for_a_moment(self) -> Indicator:
        """One that has something to say, and may be in the middle of it."""
        device = self._random.choice(self._indicators)
        await device.sleep()
        device.memory.append(self._value(device))
        await device.wake(has_new_address=device.is_private)
        await asyncio.sleep(self._random.uniform(0.2, 4))
        return device

    async def _settle(self) -> None:
        """Nothing fails any more: what devices still hold is read, and each record is there once."""
        for device in self._indicators:
            await device.sleep()
            if device.memory:
                await device.wake(has_new_address=device.is_private)
                await device.gone(SETTLES_WITHIN_S)
            if device.memory:
                raise Missed(f"{device.name} hands over what it holds")
        for meter in self._meters:
            await meter.wake()
            await self._world.arrived(meter.address, len(meter.records), SETTLES_WITHIN_S)
        self._tally.records = sum(len(meter.records) for meter in self._meters)
        for device in self._indicators:
            await self._check_complete(device)

    async def _check_complete(self, device: Indicator) -> None:
        """What was confirmed is there once, but for what was while nobody was there to hear it."""
        heard = [
            value.hex()
            for value, at in zip(device.confirmed, device.confirmed_at, strict=True)
            if not self._tally.was_away(at)
        ]
        await self._world.arrived_raw(device.address, heard, ARRIVES_WITHIN_S)
        arrived = Counter(self._raw(device))
        if max(arrived.values(), default=1) > 1 or set(arrived) - {each.hex() for each in device.confirmed}:
            raise Missed(f"{device.name}: each value is there once, and no other")
        self._tally.handed_over += len(device.confirmed)
        self._tally.lost_while_away += len(device.confirmed) - len(arrived)
