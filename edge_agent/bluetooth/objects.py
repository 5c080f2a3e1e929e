"""The objects that bluetoothd shows, as plain data (BlueZ doc/device-api.txt and gatt-api.txt)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bleak.backends.device import BLEDevice

from edge_agent.profiles import SERVICES, Retention
from edge_agent.profiles.services import RECORD_ACCESS, listened_to

ADAPTER: Final = "org.bluez.Adapter1"
DEVICE: Final = "org.bluez.Device1"
GATT_SERVICE: Final = "org.bluez.GattService1"
CHARACTERISTIC: Final = "org.bluez.GattCharacteristic1"
LIMITED: Final = 0x01
"""LE Limited Discoverable Mode (Supplement to the Bluetooth Core Specification 11, Part A, 1.3)."""
_BASE_UUID: Final = "0000{:04x}-0000-1000-8000-00805f9b34fb"


@dataclass(frozen=True)
class RemoteDevice:
    """A device that bluetoothd knows. `services`: 16-bit numbers, as advertised or found."""

    path: str
    adapter: str
    address: str
    name: str | None
    paired: bool
    services: frozenset[int]
    connected: bool = False
    is_limited_discoverable: bool = False  # where bluetoothd tells; 5.66 does not

    @property
    def first_address(self) -> str:
        """By which bluetoothd knew it first: a private one becomes its identity when it is paired."""
        return self.path.rpartition("/dev_")[2].replace("_", ":").upper()

    @property
    def handle(self) -> BLEDevice:
        """The same device as bleak's client wants it."""
        properties = {"Adapter": self.adapter, "Alias": self.name or self.address}
        return BLEDevice(self.address, self.name, {"path": self.path, "props": properties})


class Objects:
    """By path, their interfaces and properties."""

    def __init__(self) -> None:
        self._objects: dict[str, dict[str, dict[str, Any]]] = {}
        self._links: Counter[str] = Counter()

    def __contains__(self, path: object) -> bool:
        return path in self._objects

    def add(self, path: str, interfaces: Mapping[str, Mapping[str, Any]]) -> None:
        known = self._objects.setdefault(path, {})
        known.update({name: dict(properties) for name, properties in interfaces.items()})

    def remove(self, path: str, interfaces: Iterable[str]) -> None:
        known = self._objects.get(path, {})
        for name in interfaces:
            known.pop(name, None)
        if not known:
            self._objects.pop(path, None)
            self._links.pop(path, None)

    def change(self, path: str, interface: str, changed: Mapping[str, Any]) -> None:
        self._objects.get(path, {}).get(interface, {}).update(changed)
        if interface == DEVICE and changed.get("Connected"):
            self._links[path] += 1

    def links(self, device: str) -> int:
        """How often it has been linked since it is known."""
        return self._links[device]

    def adapters(self) -> list[str]:
        """Their paths."""
        return [path for path, interfaces in self._objects.items() if ADAPTER in interfaces]

    def is_on(self, adapter: str) -> bool:
        return bool(self._objects.get(adapter, {}).get(ADAPTER, {}).get("Powered"))

    def devices(self) -> list[RemoteDevice]:
        return [
            remote_device(path, interfaces[DEVICE])
            for path, interfaces in self._objects.items()
            if DEVICE in interfaces
        ]

    def device(self, path: str) -> RemoteDevice | None:
        interfaces = self._objects.get(path, {})
        return remote_device(path, interfaces[DEVICE]) if DEVICE in interfaces else None

    def told_by(self, device: str) -> dict[str, int]:
        """The characteristics by which the device tells what it measured: path and 16-bit number."""
        services = {
            number: path
            for path, properties in self._below(device, GATT_SERVICE)
            if (number := short(properties["UUID"])) is not None
        }
        told: dict[str, int] = {}
        for service in listened_to(services):
            wanted = set(SERVICES[service].measurements)
            if SERVICES[service].retention is Retention.UNTIL_ASKED:
                wanted.add(RECORD_ACCESS)
            for path, properties in self._below(services[service], CHARACTERISTIC):
                number = short(properties["UUID"])
                if number in wanted:
                    told[path] = number
        return told

    def _below(self, path: str, interface: str) -> list[tuple[str, dict[str, Any]]]:
        return [
            (below, interfaces[interface])
            for below, interfaces in sorted(self._objects.items())
            if below.startswith(f"{path}/") and interface in interfaces
        ]


def short(uuid: str) -> int | None:
    """The 16-bit number of an assigned UUID; None for a maker's own."""
    number = int(uuid[4:8], 16)
    return number if uuid.lower() == _BASE_UUID.format(number) else None


def remote_device(path: str, properties: Mapping[str, Any]) -> RemoteDevice:
    return RemoteDevice(
        path=path,
        adapter=properties["Adapter"],
        address=properties["Address"].upper(),
        name=properties.get("Name"),
        paired=bool(properties.get("Paired")),
        services=frozenset(filter(None, map(short, properties.get("UUIDs", ())))),
        connected=bool(properties.get("Connected")),
        is_limited_discoverable=bool(bytes(properties.get("AdvertisingFlags", b"\0"))[0] & LIMITED),
    )
