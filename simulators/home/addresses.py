"""What follows from a home's name: who lives there, and its devices' addresses and serial numbers."""

from __future__ import annotations

import hashlib

from simulators.devices.device import Identity
from simulators.devices.values import DeviceKind

_RANDOM_STATIC = 0xC0  # the two highest bits of such an address (Core 5.4, Vol 6, Part B, 1.3.2.1)
_PRODUCTS = {
    DeviceKind.CUFF: ("Virtual Cuff", "VC-1"),
    DeviceKind.SCALE: ("Virtual Scale", "VS-1"),
    DeviceKind.GLUCOMETER: ("Virtual Glucometer", "VG-1"),
}


def identity(home: str, kind: DeviceKind) -> Identity:
    digest = hashlib.sha256(f"{home}/{kind}".encode()).digest()
    octets = bytes([digest[0] | _RANDOM_STATIC]) + digest[1:6]
    name, model = _PRODUCTS[kind]
    return Identity(
        address=":".join(f"{octet:02X}" for octet in octets),
        name=name,
        manufacturer="Hearthbeat Simulators",
        model=model,
        serial=digest[6:10].hex().upper(),
    )


def seed_of(home: str) -> int:
    """The patient's, where nobody chose one."""
    return int.from_bytes(hashlib.sha256(home.encode()).digest()[:2])


def addresses(home: str) -> tuple[str, ...]:
    """The radio addresses of the home's devices."""
    return tuple(identity(home, kind).address for kind in DeviceKind)
