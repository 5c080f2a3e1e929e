"""What a device wants of whoever it talks to, and how it pairs."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from bumble.gatt import Characteristic
from bumble.pairing import PairingConfig, PairingDelegate

Permissions = Characteristic.Permissions


class Security(Enum):
    """What a device asks for before it hands anything over."""

    NONE = 0
    JUST_WORKS = Permissions.WRITE_REQUIRES_ENCRYPTION
    PASSKEY = Permissions.WRITE_REQUIRES_AUTHENTICATION


class _Display(PairingDelegate):
    """Shows a passkey; on a device that pairs with nobody, refuses."""

    def __init__(self, security: Security, show: Callable[[int], None]) -> None:
        shows = security is Security.PASSKEY
        super().__init__(self.DISPLAY_OUTPUT_ONLY if shows else self.NO_OUTPUT_NO_INPUT)
        self._pairs = security is not Security.NONE
        self._show = show

    async def accept(self) -> bool:
        return self._pairs

    async def display_number(self, number: int, digits: int) -> None:
        del digits
        self._show(number)


def pairing_config(security: Security, show: Callable[[int], None]) -> PairingConfig:
    """`show` takes the passkey that is to be seen on the device."""
    return PairingConfig(
        sc=True,
        mitm=security is Security.PASSKEY,
        bonding=security is not Security.NONE,
        delegate=_Display(security, show),
        identity_address_type=PairingConfig.AddressType.RANDOM,
    )
