"""What goes wrong with Bluetooth, and may."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from bleak.exc import BleakError

logger = logging.getLogger(__name__)

BLUETOOTH_ERRORS: Final = (BleakError, OSError, EOFError, TimeoutError)


@contextmanager
def unharmed(event: str) -> Iterator[None]:
    """Log a Bluetooth error of the body as `event`, and go on: for closing what may be gone already.

    Raised there, it would hide what ended the work, a cancellation for one.
    """
    try:
        yield
    except BLUETOOTH_ERRORS as error:
        logger.warning("%s error=%s reason=%r", event, type(error).__name__, str(error))
