"""What bluetoothd says and does for whoever asks it, beside the hub."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

ADAPTER = "/org/bluez/hci0"
PROPERTIES = "org.freedesktop.DBus.Properties"


class Refused(Exception):
    """bluetoothd refused, or is not there."""


class SystemBus:
    """A connection of the guest's root."""

    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus

    @classmethod
    async def connect(cls) -> SystemBus:
        return cls(await MessageBus(bus_type=BusType.SYSTEM).connect())

    async def is_powered(self) -> bool:
        try:
            [answer] = await self._call(ADAPTER, PROPERTIES, "Get", "ss", ["org.bluez.Adapter1", "Powered"])
        except Refused:
            return False
        return bool(answer.value)

    async def power(self, *, on: bool) -> None:
        wanted = ["org.bluez.Adapter1", "Powered", Variant("b", on)]
        await self._call(ADAPTER, PROPERTIES, "Set", "ssv", wanted)

    async def devices(self) -> Mapping[str, Mapping[str, Any]]:
        """Properties of each device that bluetoothd knows, by its object's path."""
        [objects] = await self._call("/", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects")
        return {
            path: {name: value.value for name, value in interfaces["org.bluez.Device1"].items()}
            for path, interfaces in objects.items()
            if "org.bluez.Device1" in interfaces
        }

    async def shows_flags(self) -> bool:
        """Whether it shows what was advertised of being ready to pair."""
        return any("AdvertisingFlags" in properties for properties in (await self.devices()).values())

    async def remove(self, address: str) -> None:
        """Forget a device, as `bluetoothctl remove` does."""
        for path, properties in (await self.devices()).items():
            if properties["Address"] == address:
                await self._call(ADAPTER, "org.bluez.Adapter1", "RemoveDevice", "o", [path])

    async def _call(
        self, path: str, interface: str, member: str, signature: str = "", body: Sequence[object] = ()
    ) -> list[Any]:
        answer = await self._bus.call(
            Message(
                destination="org.bluez",
                path=path,
                interface=interface,
                member=member,
                signature=signature,
                body=list(body),
            )
        )
        if answer.message_type is MessageType.ERROR:
            raise Refused(f"{member}: {answer.error_name}")
        return answer.body
