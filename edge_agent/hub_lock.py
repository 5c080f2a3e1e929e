"""One process a hub: two would take each other's connection."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

LOCK: Final = "lock"


class HubRuns(Exception):
    """The hub of this folder runs already."""


@contextmanager
def hold_lock(home: Path) -> Iterator[None]:
    """Hold the hub's folder. A dead process holds nothing. Raises HubRuns."""
    lock = os.open(home / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise HubRuns(f"{home} is in use: this hub runs already") from error
    finally:
        os.close(lock)


def is_running(home: Path) -> bool:
    """Whether somebody holds the folder."""
    if not (home / LOCK).exists():
        return False
    try:
        with hold_lock(home):
            return False
    except HubRuns:
        return True
