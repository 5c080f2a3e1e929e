"""What bluetoothd's errors mean: half of them are called Failed, and one text stands for many failures.

docs/bluez.md says where each was seen.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple


class Meaning(Enum):
    """What follows from an error."""

    ALREADY = "it is so already"
    UNDER_WAY = "another call does it just now, perhaps that of a program that was killed"
    NO_LINK = "no link came about, or one that could not be encrypted"
    LINK_ENDED = "the link ended before the device had answered"
    NOT_PAIRED = "the device tells only whom it is paired with"
    WRONG_KEY = "the device and this hub do not have the same key"
    CANCELLED = "another program ended it"
    UNAVAILABLE = "the object is gone, or its adapter is off"
    LOST = "bluetoothd is gone"
    OTHER = "what is in its text"


class Refusal(NamedTuple):
    """A row of the table. Where `text` is None, every text of that name means it."""

    name: str
    text: str | None
    meaning: Meaning
    source: str


_SEEN: Final = "seen: bluetoothd 5.66, Linux 6.1.170 and 6.1.192"
_READ: Final = "read: BlueZ's src/device.c"

REFUSALS: Final = (
    Refusal("AlreadyConnected", None, Meaning.ALREADY, "read: BlueZ's doc/device-api.txt"),
    Refusal("AlreadyExists", None, Meaning.ALREADY, "read: BlueZ's doc/device-api.txt"),
    Refusal("Failed", "Operation already in progress", Meaning.UNDER_WAY, _SEEN),
    Refusal("InProgress", None, Meaning.UNDER_WAY, "seen of StartDiscovery; read of Connect from 2025 on"),
    Refusal("Failed", "le-connection-abort-by-local", Meaning.NO_LINK, _SEEN),
    Refusal("Failed", "Input/output error", Meaning.NO_LINK, f"{_SEEN}, the adapter was switched off"),
    Refusal("Failed", "Operation failed with ATT error: 0x0e", Meaning.LINK_ENDED, _SEEN),
    Refusal("NotPermitted", "Not paired", Meaning.NOT_PAIRED, "read: BlueZ's src/gatt-client.c"),
    Refusal("NotAuthorized", None, Meaning.NOT_PAIRED, "read: BlueZ's src/gatt-client.c"),
    Refusal("AuthenticationFailed", None, Meaning.WRONG_KEY, _SEEN),
    Refusal("AuthenticationRejected", None, Meaning.WRONG_KEY, "read: BlueZ's doc/device-api.txt"),
    Refusal("Failed", "Cancelled", Meaning.CANCELLED, _READ),
    Refusal("Failed", "le-connection-canceled", Meaning.CANCELLED, _READ),
    Refusal("NotReady", None, Meaning.UNAVAILABLE, _READ),
    Refusal("DoesNotExist", None, Meaning.UNAVAILABLE, _READ),
    Refusal("NoReply", None, Meaning.LOST, "seen: dbus-daemon, before NameOwnerChanged"),
    Refusal("ServiceUnknown", None, Meaning.LOST, "seen: dbus-daemon, where there is no bluetoothd"),
    Refusal("UnknownObject", None, Meaning.UNAVAILABLE, "read: D-Bus specification, message bus names"),
)


def meaning_of(name: str, text: str) -> Meaning:
    """Of an error by its name, with or without what is in front of NotPermitted, and its text."""
    last = name.rpartition(".")[2]
    rows = (each for each in REFUSALS if each.name == last and each.text in (None, text))
    return next((row.meaning for row in rows), Meaning.OTHER)
