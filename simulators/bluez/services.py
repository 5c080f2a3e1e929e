"""GattService1 and GattDescriptor1: what a device offers, put into the tree (BlueZ doc/gatt-api)."""

from __future__ import annotations

from dbus_fast import Variant

from simulators.bluez.gatt import RemoteCharacteristic, Session
from simulators.bluez.peripheral import uuid16
from simulators.bluez.tree import Interface, ObjectTree

SERVICE = "org.bluez.GattService1"
DESCRIPTOR = "org.bluez.GattDescriptor1"
CLIENT_CONFIGURATION = uuid16(0x2902)

_FIRST_HANDLE = 0x000A  # below lie Generic Access and Generic Attribute, which BlueZ does not show


def show_services(session: Session, tree: ObjectTree, device_path: str) -> list[RemoteCharacteristic]:
    """Put the device's services into the tree, at paths made of their handles as BlueZ makes them."""
    shown: list[RemoteCharacteristic] = []
    handle = _FIRST_HANDLE
    for service in session.peripheral.services:
        service_path = f"{device_path}/service{handle:04x}"
        handle += 1
        tree.add(service_path, _service_interface(service.uuid, device_path))
        for characteristic in service.characteristics:
            path = f"{service_path}/char{handle:04x}"
            handle += 2  # the declaration and the value
            remote = RemoteCharacteristic(session, tree, path, characteristic)
            tree.add(path, remote.interface(service_path))
            shown.append(remote)
            if characteristic.pushes:
                tree.add(f"{path}/desc{handle:04x}", _client_configuration_interface(path))
                handle += 1
    return shown


def _service_interface(uuid: str, device_path: str) -> Interface:
    return Interface(
        SERVICE,
        {
            "UUID": Variant("s", uuid),
            "Device": Variant("o", device_path),
            "Primary": Variant("b", True),
            "Includes": Variant("ao", []),
        },
    )


def _client_configuration_interface(characteristic_path: str) -> Interface:
    """Shown, but not to be written: BlueZ writes it itself on StartNotify and refuses clients."""
    return Interface(
        DESCRIPTOR,
        {
            "UUID": Variant("s", CLIENT_CONFIGURATION),
            "Characteristic": Variant("o", characteristic_path),
            "Value": Variant("ay", b""),
            "Flags": Variant("as", ["read", "write"]),
        },
    )
