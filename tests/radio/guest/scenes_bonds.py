"""Bonds are made, lost by either side, and made anew, beside a running hub too."""

from __future__ import annotations

import asyncio

from tests.edge_agent.bluetooth.person import Person
from tests.radio.guest.devices import Indicator
from tests.radio.guest.scene import (
    READ_WITHIN_S,
    fill,
    listed,
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
        await _agrees(person)
        if await person.ended() != 0:
            raise Missed(person.transcript)
    await cuff.sleep()
    await meter.wake(is_ready_to_pair=True)
    async with world.person("pair") as person:
        await _agrees(person)
        await world.types_number(person, meter, wrong_by=1)
        await person.sees("the number was not the one that it shows")
        meter.reset()
        await world.types_number(person, meter)
        if await person.ended() != 0:
            raise Missed(person.transcript)
    await meter.sleep()
    _check_paired(await listed(world, cuff.address))
    _check_paired(await listed(world, meter.address))
    return []


async def _agrees(person: Person) -> None:
    await person.sees("Is this the one?")
    person.types("yes")


def _check_paired(entries: list[str]) -> None:
    if ["  paired" in entry.splitlines() for entry in entries] != [True]:
        raise Missed(f"it is listed once, as paired: {entries}")


@scene("bond-lost-by-the-device")
async def bond_lost_by_the_device(world: World) -> list[str]:
    """A cuff that was reset is called so, and is read once it was forgotten and paired anew."""
    cuff = await world.cuff()
    await world.paired(cuff)
    async with world.running_agent():
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
    async with world.running_agent():
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
    async with world.running_agent():
        await read(world, cuff, [pressure(113, cuff.now())])
        await asyncio.sleep(5)
        await world.bus.remove(cuff.address)
        cuff.reset()
        await world.paired(cuff)
        return [await read(world, cuff, [pressure(127, cuff.now())])]


@scene("ready-to-pair-beside-a-running-hub")
async def ready_to_pair(world: World) -> list[str]:
    """What is ready to pair is left alone where bluetoothd shows that it is; `pair` finds it all the same."""
    meter, seen = await world.meter(), []
    async with world.running_agent():
        await meter.wake(is_ready_to_pair=True)
        await asyncio.sleep(20)
        if not await world.bus.shows_flags():
            seen.append("this bluetoothd does not show what is ready to pair")
        elif meter.passkey.done():
            raise Missed("it shows no number that nobody asks for")
        await meter.sleep()
        meter.reset()
        await world.paired(meter)
        fill(meter, range(3))
        await meter.wake()
        await world.arrived(meter.address, 3, READ_WITHIN_S)
        await meter.sleep()
    return seen


@scene("private-address")
async def private_address(world: World) -> list[str]:
    """Paired under one address, read under others, listed once by its identity."""
    cuff = await world.cuff(is_private=True)
    before = len(await listed(world))
    await cuff.wake(is_ready_to_pair=True)
    async with world.person("pair") as person:
        await _agrees(person)
        await person.ended()
    await cuff.sleep()
    _check_paired(await listed(world, cuff.address))
    if len(await listed(world)) != before + 1:
        raise Missed("it is listed by its identity alone")
    seen = []
    async with world.running_agent():
        for systolic in (128, 129):
            cuff.memory.append(pressure(systolic, cuff.now()))
            had = len(world.readings(cuff.address))
            await cuff.wake(has_new_address=True)
            await world.arrived(cuff.address, had + 1, READ_WITHIN_S)
            took = asyncio.get_running_loop().time() - cuff.woke_at
            seen.append(f"at the gateway {took:.1f} s after it woke")
            await cuff.gone(READ_WITHIN_S)
    return seen
