"""Bonds are made, lost by either side, and made anew, beside a running hub too."""

from __future__ import annotations

import asyncio

from tests.radio.guest.devices import Indicator
from tests.radio.guest.scene import (
    READ_WITHIN_S,
    fill,
    pressure,
    read,
    scene,
)
from tests.radio.guest.world import Missed, World


@scene("pair-in-a-terminal")
async def pair_in_a_terminal(world: World) -> list[str]:
    """A cuff, and a meter whose number is mistyped first; nobody had to know an address."""
    cuff, meter = await world.cuff(), await world.meter()
    await cuff.wake(is_ready_to_pair=True)
    async with world.person("pair") as person:
        await person.sees("Is this the one?")
        person.types("yes")
        if await person.ended() != 0:
            raise Missed(person.transcript)
    await cuff.sleep()
    await world.paired(meter)
    _, said = await world.hub("devices")
    if said.count("not paired") or cuff.address not in said or meter.address not in said:
        raise Missed(f"both devices are listed as paired: {said}")
    return []


@scene("bond-lost-by-the-device")
async def bond_lost_by_the_device(world: World) -> list[str]:
    """A cuff that was reset is called so, and is read once it was forgotten and paired anew."""
    cuff = await world.cuff()
    await world.paired(cuff)
    with world.running_agent():
        await read(world, cuff, [pressure(115, cuff.now())])
        cuff.reset()
        cuff.memory.append(pressure(125, cuff.now()))
        for _ in range(6):
            await cuff.wake()
            await asyncio.sleep(15)
            await cuff.sleep()
            if world.troubles():
                break
        if not any("bond-lost" in line for line in world.troubles()):
            raise Missed("the lost bond is told")
        return [await _forgotten_and_paired_anew(world, cuff)]


@scene("forget-and-pair-beside-a-running-hub")
async def forget_and_pair(world: World) -> list[str]:
    cuff = await world.cuff()
    await world.paired(cuff)
    with world.running_agent():
        await read(world, cuff, [pressure(114, cuff.now())])
        await asyncio.sleep(5)  # it is waited for again
        return [await _forgotten_and_paired_anew(world, cuff)]


async def _forgotten_and_paired_anew(world: World, cuff: Indicator) -> str:
    status, said = await world.hub("forget", cuff.address, "--yes")
    if status != 0:
        raise Missed(f"it is forgotten: {said}")
    cuff.reset()
    await world.paired(cuff)
    return await read(world, cuff, [] if cuff.memory else [pressure(126, cuff.now())])


@scene("removed-beside-a-running-hub")
async def removed(world: World) -> list[str]:
    """Somebody else removes the device from bluetoothd while it is waited for."""
    cuff = await world.cuff()
    await world.paired(cuff)
    with world.running_agent():
        await read(world, cuff, [pressure(113, cuff.now())])
        await asyncio.sleep(5)
        await world.bus.remove(cuff.address)
        cuff.reset()
        await world.paired(cuff)
        return [await read(world, cuff, [pressure(127, cuff.now())])]


@scene("ready-to-pair-beside-a-running-hub")
async def ready_to_pair(world: World) -> list[str]:
    """What is ready to pair is left alone, and `pair` finds it."""
    meter = await world.meter()
    with world.running_agent():
        await meter.wake(is_ready_to_pair=True)
        await asyncio.sleep(20)
        if meter.passkey.done():
            raise Missed("it shows no number that nobody asks for")
        await meter.sleep()
        await world.paired(meter)
        fill(meter, range(3))
        await meter.wake()
        await world.arrived(meter.address, 3, READ_WITHIN_S)
        await meter.sleep()
    return []


@scene("private-address")
async def private_address(world: World) -> list[str]:
    """Paired under one address, read under others, listed once by its identity."""
    cuff = await world.cuff(is_private=True)
    await cuff.wake(is_ready_to_pair=True)
    async with world.person("pair") as person:
        await person.sees("Is this the one?")
        person.types("yes")
        await person.ended()
    await cuff.sleep()
    _, said = await world.hub("devices")
    if "not paired" in said or said.count("Cuff") != 1:
        raise Missed(f"it is listed once, as paired: {said}")
    seen = []
    with world.running_agent():
        for systolic in (128, 129):
            cuff.memory.append(pressure(systolic, cuff.now()))
            before = len(world.readings(cuff.address))
            await cuff.wake(has_new_address=True)
            await world.arrived(cuff.address, before + 1, READ_WITHIN_S)
            took = asyncio.get_running_loop().time() - cuff.woke_at
            seen.append(f"at the gateway {took:.1f} s after it woke")
            await cuff.gone(READ_WITHIN_S)
    return seen
