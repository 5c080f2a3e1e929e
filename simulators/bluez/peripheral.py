"""What a Bluetooth Low Energy device is to the radio: advertisements, services, a link, a bond."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

_BASE_UUID = (
    "0000{:04x}-0000-1000-8000-00805f9b34fb"  # Bluetooth Core Specification 5.4, Vol 3, Part B, 2.5.1
)


def uuid16(assigned: int) -> str:
    """The full UUID of an assigned 16-bit number."""
    return _BASE_UUID.format(assigned)


class AttStatus(IntEnum):
    """Error codes of the Attribute Protocol (Core 5.4, Vol 3, Part F, 3.4.1.1; Supplement, Part B)."""

    INSUFFICIENT_AUTHENTICATION = 0x05
    INVALID_LENGTH = 0x0D
    UNLIKELY_ERROR = 0x0E
    DATA_FIELD_IGNORED = 0x80  # application error of the Current Time Service
    CCCD_IMPROPERLY_CONFIGURED = 0xFD
    PROCEDURE_IN_PROGRESS = 0xFE


class Flags(IntEnum):
    """Of an advertisement (Supplement to the Core Specification 11, Part A, 1.3), without BR/EDR."""

    NOT_DISCOVERABLE = 0x04
    LIMITED_DISCOVERABLE = 0x05  # somebody has just made it ready to pair
    GENERAL_DISCOVERABLE = 0x06


class AttError(Exception):
    """The device refuses a read or a write."""

    def __init__(self, status: AttStatus) -> None:
        super().__init__(f"ATT error 0x{status:02x}")
        self.status = status


class LinkLost(ConnectionError):
    """The link went away before the host had confirmed."""


@dataclass(frozen=True, eq=False)
class Characteristic:
    """A characteristic of a device. `read` and `write` may raise AttError; `protected` asks for a bond."""

    uuid: str
    flags: tuple[str, ...]
    read: Callable[[], bytes] | None = None
    write: Callable[[bytes], None] | None = None
    protected: bool = False

    @property
    def pushes(self) -> bool:
        """Whether it notifies or indicates."""
        return "notify" in self.flags or "indicate" in self.flags


@dataclass(frozen=True, eq=False)
class Service:
    """A primary service of a device."""

    uuid: str
    characteristics: Sequence[Characteristic]


class Link(Protocol):
    """A connection, as the device sees it."""

    async def send(self, characteristic: Characteristic, value: bytes) -> None:
        """Notify or indicate. An indication has been confirmed by the host on return. Raises LinkLost."""

    def close(self) -> None:
        """End the connection."""


class Peripheral:
    """A device in radio range. Subclasses say what it does when it is linked and subscribed to."""

    def __init__(
        self,
        address: str,
        name: str,
        services: Sequence[Service],
        *,
        advertised: Sequence[str],
        passkey: int | None = None,
    ) -> None:
        self.address = address  # its identity
        self.on_air = address  # as it advertises: another one each time where that is private
        self.name = name
        self.services = services
        self.advertised = tuple(advertised)
        self.passkey = passkey  # None: pairs by Just Works
        self.flags = Flags.GENERAL_DISCOVERABLE
        self.advertising = False
        self.bonded = False
        self.can_pair = True
        self.pairings = 0  # how often a host has begun to pair
        self.link: Link | None = None
        self.subscribed: set[Characteristic] = set()  # whose descriptor 0x2902 the host has set

    def linked(self, link: Link) -> None:
        """A host has connected. A bonded one finds its subscriptions as it left them."""
        self.link = link
        self.advertising = False

    def unlinked(self) -> None:
        """The link is gone, whoever ended it."""
        self.link = None
        if not self.bonded:
            self.subscribed.clear()

    def subscription(self, characteristic: Characteristic, *, on: bool) -> None:
        """The host has written the characteristic's descriptor 0x2902."""
        (self.subscribed.add if on else self.subscribed.discard)(characteristic)

    def accessed(self) -> None:
        """The host has read or written something: it is still interested."""

    def pairing_began(self) -> None:
        """The host wants to pair: a meter shows its number now."""
        self.pairings += 1

    def pairing_ended(self, *, bonded: bool) -> None:
        """The host has paired (or failed to)."""
        self.bonded = bonded
