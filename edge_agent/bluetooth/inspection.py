"""Whether this machine's Bluetooth can be used at all, for whoever sets a hub up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dbus_fast import BusType, Message, MessageType
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusError

BLUEZ = "org.bluez"


class BluetoothUnusable(Exception):
    """Nobody answers for Bluetooth, or not to us. Says who and why."""


@dataclass(frozen=True)
class Adapter:
    name: str
    powered: bool


async def find_adapters() -> list[Adapter]:
    """The adapters that bluetoothd has. Raises BluetoothUnusable."""
    try:
        bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
    except (OSError, EOFError, DBusError) as error:
        raise BluetoothUnusable(f"the system's message bus does not answer: {error}") from error
    try:
        return _adapters(await _managed_objects(bus))
    finally:
        bus.disconnect()


async def _managed_objects(bus: MessageBus) -> dict[str, dict[str, dict[str, Any]]]:
    reply = await bus.call(
        Message(
            destination=BLUEZ,
            path="/",
            interface="org.freedesktop.DBus.ObjectManager",
            member="GetManagedObjects",
        )
    )
    if reply.message_type is MessageType.ERROR:
        reason = f"{reply.error_name}: {' '.join(map(str, reply.body))}"
        raise BluetoothUnusable(f"bluetoothd does not answer: {reason}")
    objects: dict[str, dict[str, dict[str, Any]]] = reply.body[0]
    return objects


def _adapters(objects: dict[str, dict[str, dict[str, Any]]]) -> list[Adapter]:
    return [
        Adapter(path.rpartition("/")[2], bool(interfaces[f"{BLUEZ}.Adapter1"]["Powered"].value))
        for path, interfaces in objects.items()
        if f"{BLUEZ}.Adapter1" in interfaces
    ]
