"""What happens to a hub and its devices, each scene with devices of its own, so that their order is free."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from simulators.devices import encode
from simulators.devices.values import BloodPressure, Glucose, Weight
from tests.radio.guest.peripherals import Indicator, Meter
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
    return encode.blood_pressure(BloodPressure(systolic, 80, 66), at)


def fill(meter: Meter, numbers: range) -> None:
    for number in numbers:
        at = meter.now() - timedelta(minutes=len(numbers) + numbers.start - number)
        meter.records[number] = encode.glucose(Glucose(80 + number % 100), at, number)


async def read(world: World, device: Indicator, values: list[bytes], within_s: float = READ_WITHIN_S) -> str:
    """Wake it with something to say; what it says arrives, once. How long that took from its waking."""
    before = len(world.readings(device.address))
    device.memory += values
    await device.wake()
    await world.arrived(device.address, before + len(values), within_s)
    took = asyncio.get_running_loop().time() - device.woke_at
    if not await device.gone(READ_WITHIN_S):
        raise Missed("the device was let go")
    return f"{device.name.lower()} at the gateway {took:.1f} s after it woke"


def without_trouble(world: World) -> None:
    if troubles := world.troubles():
        raise Missed(f"no device is in trouble: {troubles[0]}")


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


@scene("read-each-kind")
async def read_each_kind(world: World) -> list[str]:
    """A cuff, a scale without pairing that says the same weight twice, a meter with a hundred records."""
    cuff, scale, meter = await world.cuff(), await world.scale(), await world.meter()
    await world.paired(cuff)
    await world.paired(meter)
    fill(meter, range(100))
    weight = encode.weight(Weight(81.4), None)
    with world.running_agent():
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
    with world.running_agent():
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
    with world.running_agent():
        await read(world, cuff, [pressure(119, cuff.now())])
        cuff.memory.append(pressure(121, cuff.now() + timedelta(minutes=1)))
        scale.memory.append(encode.weight(Weight(80.2), None))
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
    with world.running_agent():
        await asyncio.sleep(ASLEEP_S)
        without_trouble(world)
        seen = [await read(world, cuff, [pressure(122, cuff.now())], AWAKE_S)]
        fill(meter, range(5))
        await meter.wake()
        await world.arrived(meter.address, 5, AWAKE_S)
        await meter.sleep()
        _, said = await world.hub("devices")
        if "forget" in said:
            raise Missed(f"`devices` advises nothing: {said}")
    return seen


async def _bluetoothd_returns(world: World, after_s: float) -> list[str]:
    cuff = await world.cuff()
    await world.paired(cuff)
    with world.running_agent() as agent:
        await read(world, cuff, [pressure(117, cuff.now())])
        world.bluetoothd.kill()
        await asyncio.sleep(after_s)
        world.bluetoothd.start()
        await world.until_adapter()
        seen = [await read(world, cuff, [pressure(123, cuff.now())], 60)]
        if "adapter_power_cycled" in agent.said:
            raise Missed("the adapter was left on")
        without_trouble(world)
    return seen


@scene("bluetoothd-back-at-once")
async def bluetoothd_back_at_once(world: World) -> list[str]:
    return await _bluetoothd_returns(world, 0.5)


@scene("bluetoothd-back-late")
async def bluetoothd_back_late(world: World) -> list[str]:
    return await _bluetoothd_returns(world, 20.0)


@scene("adapter-off-and-on")
async def adapter_off_and_on(world: World) -> list[str]:
    cuff = await world.cuff()
    await world.paired(cuff)
    with world.running_agent():
        await read(world, cuff, [pressure(116, cuff.now())])
        await world.bus.power(on=False)
        await asyncio.sleep(12)
        await world.bus.power(on=True)
        await world.until_adapter()
        seen = [await read(world, cuff, [pressure(124, cuff.now())])]
        without_trouble(world)
    return seen


@scene("link-lost-in-the-middle")
async def link_lost_in_the_middle(world: World) -> list[str]:
    """A meter is carried off while it sends, and woken again: each record once."""
    meter = await world.meter()
    await world.paired(meter)
    fill(meter, range(60))
    meter.loses_link_after = 25
    with world.running_agent():
        await meter.wake()
        await world.until(lambda: meter.sent == 25 and meter.connection is None, 60, "the link is lost")
        await asyncio.sleep(3)
        await meter.wake()
        await world.arrived(meter.address, 60, 60)
        await meter.sleep()
        without_trouble(world)
    return [f"60 records, {asyncio.get_running_loop().time() - meter.woke_at:.1f} s after the second waking"]


@scene("agent-killed-in-the-middle")
async def agent_killed_in_the_middle(world: World) -> list[str]:
    meter = await world.meter()
    await world.paired(meter)
    fill(meter, range(100))
    meter.pace_s = 0.05
    with world.running_agent() as agent:
        await meter.wake()
        await world.until(lambda: meter.sent >= 40, 60, "it sends")
        agent.kill()
        agent.start()
        await world.until(lambda: meter.connection is None, 100, "the dead hub's link is let go")
        await meter.wake()
        await world.arrived(meter.address, 100, 90)
        await meter.sleep()
        without_trouble(world)
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


@scene("clock-set-as-it-leaves")
async def clock_set_as_it_leaves(world: World) -> list[str]:
    """A clock that is wrong by an hour; the cuff leaves at once after its last value."""
    cuff = await world.cuff()
    await world.paired(cuff)
    cuff.clock_ahead, cuff.lingers_s = timedelta(hours=1), 0.0
    with world.running_agent() as agent:
        seen = [await read(world, cuff, [pressure(130, cuff.now())])]
        if "device_failed" in agent.said:
            raise Missed("the visit counts as read")
        seen.append(await read(world, cuff, [pressure(131, cuff.now())]))
    return seen
