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
REFUSED_AT_MOST: Final = 10
"""So many that fail at once, one after the other, are no sleep: something is wrong, and is said."""


async def connect(bluez: BlueZ, device: str, within: float | None) -> None:
    """Connect, however long the device sleeps; raises TimeoutError after `within` seconds.

    Raises DeviceInTrouble where there was a link and it could not be encrypted, and what a BlueZ raises.
    """
    now, refused = asyncio.get_running_loop().time, 0
    try:
        async with asyncio.timeout(within):
            while True:
                again_at = now() + CONNECT_EVERY_S
                refusal = await _try_to_connect(bluez, device)
                refused = refused + 1 if now() < again_at and _is_no_link(refusal) else 0
                if refusal is None or await _is_linked_by(bluez, device, again_at):
                    return
                if refused == REFUSED_AT_MOST:
                    raise refusal
    except (TimeoutError, asyncio.CancelledError):
        await bluez.disconnect(device)  # or BlueZ goes on waiting for it
        raise


async def _try_to_connect(bluez: BlueZ, device: str) -> Exception | None:
    """None where it is linked. Otherwise why it is not: it slept until it was given up, for one."""
    _check_there(bluez, device)
    links = bluez.objects.links(device)
    try:
        await bluez.call(device, f"{DEVICE}.Connect")
    except TimeoutError as error:  # it should have given up by itself
        await bluez.disconnect(device)
        return error
    except BlueZError as error:
        if error.meaning not in (Meaning.ALREADY, Meaning.UNDER_WAY, Meaning.NO_LINK):
            raise
        if error.meaning is Meaning.NO_LINK and bluez.objects.links(device) > links:
            _check_bond(bluez, device, error)
        return None if error.meaning is Meaning.ALREADY else error
    return None


def _is_no_link(refusal: Exception | None) -> bool:
    return isinstance(refusal, BlueZError) and refusal.meaning is Meaning.NO_LINK


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
