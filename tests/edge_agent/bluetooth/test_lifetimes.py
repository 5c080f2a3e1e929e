"""Whatever waits for an answer about an object ends with that object."""

from __future__ import annotations

import asyncio

import pytest

from edge_agent.bluetooth.lifetimes import Lifetimes

CUFF = "/org/bluez/hci0/dev_C0_26_DF_00_00_01"
SERVICE = f"{CUFF}/service000a"


class Gone(Exception):
    """What ended it."""


async def waits(lifetimes: Lifetimes, path: str) -> asyncio.Task[bool]:
    """For an answer that never comes."""
    task = asyncio.create_task(lifetimes.during(path, asyncio.Event().wait()))
    await asyncio.sleep(0)
    return task


async def test_what_is_answered_is_handed_on() -> None:
    assert await Lifetimes().during(CUFF, asyncio.sleep(0, "answer")) == "answer"


async def test_an_error_is_handed_on() -> None:
    async def fails() -> None:
        raise Gone

    with pytest.raises(Gone):
        await Lifetimes().during(CUFF, fails())


@pytest.mark.parametrize("path", [CUFF, SERVICE])
async def test_a_removed_object_ends_what_needs_it_or_what_is_below(path: str) -> None:
    lifetimes = Lifetimes()
    waiting = await waits(lifetimes, path)
    lifetimes.end(CUFF, Gone())
    with pytest.raises(Gone):
        await waiting


@pytest.mark.parametrize("path", [f"{CUFF}1", "/org/bluez/hci0"])
async def test_it_ends_nothing_else(path: str) -> None:
    lifetimes = Lifetimes()
    waiting = await waits(lifetimes, path)
    lifetimes.end(CUFF, Gone())
    await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()


async def test_an_adapter_that_is_off_ends_what_needs_its_devices_but_not_its_switching() -> None:
    lifetimes = Lifetimes()
    device, adapter = await waits(lifetimes, CUFF), await waits(lifetimes, "/org/bluez/hci0")
    lifetimes.end_below("/org/bluez/hci0", Gone())
    with pytest.raises(Gone):
        await device
    assert not adapter.done()
    adapter.cancel()


async def test_after_the_end_of_all_nothing_is_asked_any_more() -> None:
    lifetimes = Lifetimes()
    waiting = await waits(lifetimes, "/")
    lifetimes.end_all(Gone())
    with pytest.raises(Gone):
        await waiting
    with pytest.raises(Gone):
        await lifetimes.during(CUFF, asyncio.sleep(0))


async def test_what_is_ended_is_cancelled_before_that_is_said() -> None:
    lifetimes, cancelled = Lifetimes(), asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    task = asyncio.create_task(lifetimes.during(CUFF, work()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    lifetimes.end(CUFF, Gone())
    with pytest.raises(Gone):
        await task
    assert cancelled.is_set()
