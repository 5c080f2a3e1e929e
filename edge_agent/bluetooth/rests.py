"""How long a device is left alone: after it was read, and longer with each failure to read it.

Times are monotonic seconds.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

REST_S: Final = 5.0
"""A device that was read and still shows itself is left alone for so long; doubled with each failure."""
LONGEST_REST_S: Final = 300.0
WOKEN_AFTER_S: Final = 60.0
"""What shows itself after so much silence was woken by somebody, and waits for a minute or less."""
ABORTED_IN_ROW: Final = 3
"""Links that could not be encrypted. Fewer may be interference, and are tried again after RETRY_S."""
RETRY_S: Final = 1.0


class Rests:
    """Of each device, by its address."""

    def __init__(self) -> None:
        self._failures: Counter[str] = Counter()
        self._aborted: Counter[str] = Counter()
        self._until: dict[str, float] = {}
        self._shown_at: dict[str, float] = {}

    def shown(self, address: str, now: float) -> bool:
        """It shows itself: whether it is to be read. A press gets its try, whatever failed before."""
        if now - self._shown_at.get(address, now) > WOKEN_AFTER_S:
            self._failures.pop(address, None)
            self._until.pop(address, None)
        self._shown_at[address] = now
        return self._until.get(address, now) <= now

    def read(self, address: str) -> None:
        self._failures.pop(address, None)
        self._aborted.pop(address, None)

    def failed(self, address: str, *, aborted: bool) -> bool:
        """Whether so many links were `aborted` in a row that its bond is lost."""
        self._failures[address] += 1
        self._aborted[address] += aborted
        return aborted and self._aborted[address] >= ABORTED_IN_ROW

    def begin(self, address: str, now: float) -> None:
        self._until[address] = now + self.seconds(address)

    def seconds(self, address: str) -> float:
        """How long it is left alone from now."""
        if 0 < self._aborted[address] < ABORTED_IN_ROW:
            return RETRY_S
        return min(REST_S * 2.0 ** min(self._failures[address], 10), LONGEST_REST_S)
