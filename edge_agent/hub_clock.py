"""The hub's own clock: the time, whether that is known to be right, and the seconds since boot.

A small computer has no battery for its clock: after a power cut it starts with the time at which it was
switched off, and is right again when the network has told it.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")
SYNCHRONISED_BY_TIMESYNCD: Final = Path("/run/systemd/timesync/synchronized")
"""Made by systemd-timesyncd at the first synchronisation of a boot (systemd-timesyncd.service(8))."""
_TIMEX_BYTES: Final = 512  # more than struct timex has on any machine
_TIME_ERROR: Final = 5  # adjtimex(2): the clock is not synchronised


@dataclass(frozen=True)
class Moment:
    """Now: by the clock, and in seconds since `boot` (asleep or not), which no setting of the clock moves."""

    at: datetime
    boot: str
    uptime_s: float
    is_known: bool  # whether `at` is right

    def uptime_of(self, earlier: datetime) -> float:
        """Seconds since boot when this clock showed `earlier`."""
        return self.uptime_s - (self.at - earlier).total_seconds()


class HubClock(Protocol):
    def moment(self) -> Moment: ...


class TrustedClock:
    """A clock that is right because somebody says so."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now

    def moment(self) -> Moment:
        return Moment(self._now(), boot="", uptime_s=0.0, is_known=True)


class NetworkClock:
    """The machine's clock: right from the first synchronisation of a boot on.

    Until the next boot it drifts by seconds a day. That it was right is kept in `latch`: the kernel forgets
    it after hours without a network.
    """

    def __init__(self, latch: Path, is_synchronised: Callable[[], bool]) -> None:
        self._latch = latch
        self._is_synchronised = is_synchronised
        self._boot = BOOT_ID.read_text().strip()
        self._is_known = latch.exists() and latch.read_text() == self._boot

    def moment(self) -> Moment:
        if not self._is_known and self._is_synchronised():
            self._is_known = True
            with suppress(OSError):  # a full disk: it is asked again in the next process
                self._latch.write_text(self._boot)
        uptime_s = time.clock_gettime(time.CLOCK_BOOTTIME)
        return Moment(datetime.now(UTC), self._boot, uptime_s, self._is_known)


def is_synchronised() -> bool:
    """Whether the kernel or systemd-timesyncd has the time from somewhere."""
    return SYNCHRONISED_BY_TIMESYNCD.exists() or _adjtimex() != _TIME_ERROR


def _adjtimex() -> int:
    """The kernel's word on its clock, by a call that changes nothing; an error where it is not allowed."""
    answer: int = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    return _TIME_ERROR if answer < 0 else answer
