"""Measurements are read: each kind, early, all at once, after a long sleep, as the clock is set."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from simulators.devices import encoders
from simulators.devices.values import Weight
from tests.radio.guest.scene import (
    ASLEEP_S,
    AWAKE_S,
    fill,
    listed,
    pressure,
    read,
    scene,
    without_trouble,
)
from tests.radio.guest.world import Missed, World


@scene("read-each-kind")
async def read_each_kind(world: World) -> list[str]:
    """A cuff, a scale without pairing that says the same weight twice, a meter with a hundred records."""
    cuff, scale, meter = await world.cuff(), await world.scale(), await world.meter()
    await world.paired(cuff)
    await world.paired(meter)
    fill(meter, range(100))
    weight = encoders.weight(Weight(81.4), None)
    async with world.running_agent():
        seen = [await read(world, cuff, [pressure(120, cuff.now())])]
        seen.append(await read(world, scale, [weight]))
        seen.append(await read(world, scale, [weight]))
        await meter.wake()
        readings = await world.arrived(meter.address, 100, 60)
        if [each.sequence for each in readings] != list(range(100)):
            raise Missed("the records arrive in order")
        await meter.sleep()
        without_trouble(world)
    return seen


@scene("early-indications")
async def early_indications(world: World) -> list[str]:
    """A cuff that tells as soon as the link is safe; what it was confirmed is at the gateway."""
    cuff = await world.cuff()
    await world.paired(cuff)
    async with world.running_agent():
        seen = [await read(world, cuff, [pressure(118, cuff.now())])]
        cuff.early_s = 0.0
        values = [pressure(120 + number, cuff.now() + timedelta(seconds=number)) for number in range(3)]
        seen.append(await read(world, cuff, values))
        without_trouble(world)
    return seen


@scene("all-at-once")
async def all_at_once(world: World) -> list[str]:
    cuff, scale, meter = await world.cuff(), await world.scale(), await world.meter()
    await world.paired(cuff)
    await world.paired(meter)
    fill(meter, range(20))
    async with world.running_agent():
        await read(world, cuff, [pressure(119, cuff.now())])
        cuff.memory.append(pressure(121, cuff.now() + timedelta(minutes=1)))
        scale.memory.append(encoders.weight(Weight(80.2), None))
        await asyncio.gather(cuff.wake(), scale.wake(), meter.wake())
        await world.arrived(cuff.address, 2, 60)
        await world.arrived(scale.address, 1, 60)
        await world.arrived(meter.address, 20, 60)
        await meter.sleep()
        without_trouble(world)
    return []


@scene("asleep-for-minutes")
async def asleep_for_minutes(world: World) -> list[str]:
    """Bonded devices sleep; that is no trouble, and whoever wakes for 20 s then is read."""
    cuff, meter = await world.cuff(), await world.meter()
    await world.paired(cuff)
    await world.paired(meter)
    async with world.running_agent():
        await asyncio.sleep(ASLEEP_S)
        without_trouble(world)
        seen = [await read(world, cuff, [pressure(122, cuff.now())], AWAKE_S)]
        fill(meter, range(5))
        await meter.wake()
        await world.arrived(meter.address, 5, AWAKE_S)
        await meter.sleep()
        for device in (cuff, meter):
            if any("!" in entry for entry in await listed(world, device.address)):
                raise Missed("`devices` advises nothing")
    return seen


@scene("clock-set-as-it-leaves")
async def clock_set_as_it_leaves(world: World) -> list[str]:
    """A clock that is wrong by an hour; the cuff leaves at once after its last value."""
    cuff = await world.cuff()
    await world.paired(cuff)
    cuff.clock_ahead, cuff.lingers_s = timedelta(hours=1), 0.0
    async with world.running_agent() as agent:
        seen = [await read(world, cuff, [pressure(130, cuff.now())])]
        if "device_failed" in agent.output:
            raise Missed("the visit counts as read")
        seen.append(await read(world, cuff, [pressure(131, cuff.now())]))
    return seen
