"""The bonds that bluetoothd holds, for commands that ask once."""

from __future__ import annotations

from edge_agent.bluetooth.bluez import open_bluez
from edge_agent.bluetooth.errors import BLUETOOTH_ERRORS


async def addresses() -> set[str] | None:
    """Of the devices that are paired; None where bluetoothd does not answer."""
    try:
        async with open_bluez() as bluez:
            return {device.address for device in bluez.objects.devices() if device.paired}
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
