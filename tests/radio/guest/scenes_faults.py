"""What serves the devices fails: bluetoothd, the adapter, the link, the hub itself."""

from __future__ import annotations

import asyncio

from tests.radio.guest.scene import (
    fill,
    pressure,
    read,
    scene,
    without_trouble,
)
from tests.radio.guest.world import Missed, World


async def _bluetoothd_returns(world: World, after_s: float) -> list[str]:
    cuff = await world.cuff()
    await world.paired(cuff)
    async with world.running_agent() as agent:
        await read(world, cuff, [pressure(117, cuff.now())])
        world.bluetoothd.kill()
        await asyncio.sleep(after_s)
        world.bluetoothd.start()
        await world.until_adapter()
        seen = [await read(world, cuff, [pressure(123, cuff.now())], 60)]
        if "adapter_power_cycled" in agent.output:
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
    async with world.running_agent():
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
    async with world.running_agent():
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
    async with world.running_agent() as agent:
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
