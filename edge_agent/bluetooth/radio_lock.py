"""The lock on the radio of whoever pairs a device: meanwhile the agent meets nobody new."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FILE: Final = "pairing"
PATIENCE_S: Final = 1.0
STEP_S: Final = 0.05


class RadioInUse(Exception):
    """Somebody else is pairing a device with this hub."""


class RadioLock:
    """A file of the hub's folder that is locked, until whoever holds it ends, in any way."""

    def __init__(self, home: Path) -> None:
        self._file = home / FILE

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Raises RadioInUse."""
        descriptor = os.open(self._file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            _lock(descriptor)
            yield
        finally:
            os.close(descriptor)

    def is_held(self) -> bool:
        if not self._file.exists():
            return False
        descriptor = os.open(self._file, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False


def _lock(descriptor: int) -> None:
    """Patiently: who only asks whether it is held holds it for a moment."""
    for _ in range(round(PATIENCE_S / STEP_S)):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(STEP_S)
        else:
            return
    raise RadioInUse
