"""What goes wrong with Bluetooth, and may."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

from bleak.exc import BleakError
from dbus_fast.errors import DBusError

from edge_agent.bluetooth.refusals import meaning_of

logger = logging.getLogger(__name__)


class BlueZError(Exception):
    """bluetoothd refused. `name` is the error's name without what is in front of it: NotPermitted."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"{name}: {text}")
        self.name = name.rpartition(".")[2]
        self.text = text
        self.meaning = meaning_of(name, text)


class BluetoothLost(Exception):
    """bluetoothd has gone, and every connection with it; or it is not there."""


class DeviceGone(Exception):
    """Removed from bluetoothd, or its adapter was switched off, before what was asked was answered."""


class LinkEnded(Exception):
    """The device has disconnected, before what was asked was answered."""


class SessionError(Exception):
    """The device did not do as its profile says. Says what."""


class Trouble(StrEnum):
    """Why a device cannot be read until somebody does something about it."""

    NOT_PAIRED = "not-paired"
    BOND_LOST = "bond-lost"


class DeviceInTrouble(Exception):
    """Trying again does not help: for sure, or if it happens again (`is_sign`)."""

    def __init__(self, trouble: Trouble, *, is_sign: bool = False) -> None:
        super().__init__(f"{trouble}?" if is_sign else trouble.value)
        self.trouble = trouble
        self.is_sign = is_sign


BLUETOOTH_ERRORS: Final = (
    BlueZError,
    BluetoothLost,
    DeviceGone,
    LinkEnded,
    BleakError,
    DBusError,
    OSError,
    EOFError,
    TimeoutError,
)


@contextmanager
def unharmed(event: str) -> Iterator[None]:
    """Log a Bluetooth error of the body as `event`, and go on: for closing what may be gone already.

    Raised there, it would hide what ended the work, a cancellation for one.
    """
    try:
        yield
    except BLUETOOTH_ERRORS as error:
        logger.warning("%s error=%s reason=%r", event, type(error).__name__, str(error))
