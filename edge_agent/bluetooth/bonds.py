"""The bonds that bluetoothd holds."""

from __future__ import annotations

from collections.abc import Iterable

from edge_agent.bluetooth.bluez import open_bluez
from edge_agent.bluetooth.errors import BLUETOOTH_ERRORS
from edge_agent.bluetooth.objects import RemoteDevice
from edge_agent.outbox import Outbox


async def paired() -> list[RemoteDevice] | None:
    """The devices that are paired; None where bluetoothd does not answer."""
    try:
        async with open_bluez() as bluez:
            return [device for device in bluez.objects.devices() if device.paired]
    except BLUETOOTH_ERRORS:
        return None


async def remove(address: str) -> bool:
    """Forget the device and its bond, where it is known; False where bluetoothd does not answer."""
    try:
        async with open_bluez() as bluez:
            for device in bluez.objects.devices():
                if device.address == address:
                    await bluez.remove(device)
    except BLUETOOTH_ERRORS:
        return False
    return True


def mend_identities(outbox: Outbox, devices: Iterable[RemoteDevice]) -> None:
    """What was noted under a private address is the identity's, where bluetoothd says they are one."""
    for device in devices:
        if device.paired and device.first_address != device.address:
            outbox.devices.are_one(device.first_address, device.address)
