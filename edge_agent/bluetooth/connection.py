"""Connecting to a device that may sleep for hours, by a Connect that bluetoothd gives up after 40 s."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

from edge_agent.bluetooth.bluez import BlueZ
from edge_agent.bluetooth.errors import BlueZError, DeviceGone, DeviceInTrouble, Trouble
from edge_agent.bluetooth.objects import DEVICE
from edge_agent.bluetooth.refusals import Meaning

CONNECT_EVERY_S: Final = 1.0
"""A Connect that fails at once is not asked for more often."""


async def connect(bluez: BlueZ, device: str, within: float | None) -> None:
    """Connect, however long the device sleeps; raises TimeoutError after `within` seconds.

    Raises DeviceInTrouble where there was a link and it could not be encrypted, and what a BlueZ raises.
    """
    try:
        async with asyncio.timeout(within):
            while not await _try_to_connect(bluez, device):
                pass
    except (TimeoutError, asyncio.CancelledError):
        await bluez.disconnect(device)  # or BlueZ goes on waiting for it
        raise


async def _try_to_connect(bluez: BlueZ, device: str) -> bool:
    """False where the device slept until the kernel gave it up: then to be asked for again."""
    _check_there(bluez, device)
    links = bluez.objects.links(device)
    again_at = asyncio.get_running_loop().time() + CONNECT_EVERY_S
    try:
        await bluez.call(device, f"{DEVICE}.Connect")
    except TimeoutError:  # it should have given up by itself
        await bluez.disconnect(device)
        return False
    except BlueZError as error:
        if error.meaning not in (Meaning.ALREADY, Meaning.UNDER_WAY, Meaning.NO_LINK):
            raise
        if error.meaning is Meaning.NO_LINK and bluez.objects.links(device) > links:
            _check_bond(bluez, device, error)
        return error.meaning is Meaning.ALREADY or await _is_linked_by(bluez, device, again_at)
    return True


def _check_there(bluez: BlueZ, device: str) -> None:
    """Raises DeviceGone. Of an adapter that is switched off, Connects that fail are heard of first."""
    remote = bluez.objects.device(device)
    if remote is None or not bluez.objects.is_on(remote.adapter):
        raise DeviceGone("it was removed, or its adapter was switched off")


def _check_bond(bluez: BlueZ, device: str, error: BlueZError) -> None:
    """There was a link, and it could not be used. Raises DeviceInTrouble, or the error of a stranger."""
    remote = bluez.objects.device(device)
    if remote is not None and remote.paired:
        raise DeviceInTrouble(Trouble.BOND_LOST, is_sign=True) from error
    raise error


async def _is_linked_by(bluez: BlueZ, device: str, when: float) -> bool:
    """Whether another program's Connect succeeds by then."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout_at(when):
            while not ((remote := bluez.objects.device(device)) and remote.connected):
                bluez.linked.clear()
                await bluez.linked.wait()
            return True
    return False
