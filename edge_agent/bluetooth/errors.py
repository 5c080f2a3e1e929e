"""What goes wrong with Bluetooth, and may."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

from bleak.exc import BleakError
from dbus_fast.errors import DBusError

logger = logging.getLogger(__name__)

ABORTED_BY_US: Final = "le-connection-abort-by-local"
"""What BlueZ says when the link stood and could not be encrypted: the other side has another key, or none."""


class BlueZError(Exception):
    """bluetoothd refused. `name` is the error's name without what is in front of it: NotPermitted."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"{name}: {text}")
        self.name = name.rpartition(".")[2]
        self.text = text


class BluetoothLost(Exception):
    """bluetoothd has gone, and every connection with it; or it is not there."""


class SessionError(Exception):
    """The device did not do as its profile says. Says what."""


class Trouble(StrEnum):
    """Why a device cannot be read until somebody does something about it."""

    NOT_PAIRED = "not-paired"
    BOND_LOST = "bond-lost"


class DeviceInTrouble(Exception):
    """Trying again does not help."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


BLUETOOTH_ERRORS: Final = (
    BlueZError,
    BluetoothLost,
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
