"""How long a device is left alone: after it was read, and longer with each failure to read it.

Times are monotonic seconds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from typing import Final

from edge_agent.bluetooth.errors import Trouble

REST_S: Final = 5.0
"""A device that was read and still shows itself is left alone for so long; doubled with each failure."""
LONGEST_REST_S: Final = 300.0
WOKEN_AFTER_S: Final = 60.0
"""What shows itself after so much silence was woken by somebody, and waits for a minute or less."""
RETRY_S: Final = 1.0
"""After what may be interference, and is a trouble if it happens SIGNS times without a reading between."""
SIGNS: Final = {Trouble.BOND_LOST: 3, Trouble.NOT_PAIRED: 2}
SIGN_HOLDS_S: Final = 7 * 86400.0
"""A device that is woken once a day shows the next one within that."""


class Backoff:
    """One device's, until it is paired anew, or its adapter is switched."""

    def __init__(self) -> None:
        self._failures = 0
        self._signs: Counter[Trouble] = Counter()
        self._signed_at = 0.0
        self._until = 0.0
        self._shown_at: float | None = None
        self._waits_for_a_person = False

    def shown(self, now: float) -> bool:
        """It shows itself: whether it is to be read. A press gets its try, whatever failed before."""
        if self._was_woken(now) and not self._waits_for_a_person:
            self._failures = 0
            self._until = now
        self._shown_at = now
        return self.is_over(now)

    def is_over(self, now: float) -> bool:
        return self._until <= now

    def is_spent(self, now: float) -> bool:
        """It says nothing any more of a device that is not there."""
        has_signs = bool(self._signs) and now - self._signed_at < SIGN_HOLDS_S
        return self.is_over(now) and not has_signs

    def read(self, now: float) -> None:
        self._failures = 0
        self._signs.clear()
        self._waits_for_a_person = False
        self._shown_at = now
        self._until = now + REST_S

    def failed(self, now: float, sign: Trouble | None = None) -> bool:
        """Whether it showed this `sign` so often since it was read last that it is in trouble."""
        self._failures += 1
        if sign is None:
            self._until = now + self._rest_s
            return False
        self._signs[sign] += 1
        self._signed_at = now
        is_in_trouble = self._signs[sign] >= SIGNS[sign]
        self._until = now + (self._rest_s if is_in_trouble else RETRY_S)
        return is_in_trouble

    def leave_to_person(self, now: float) -> None:
        """It wants to be paired: who wakes it next may be about to do that."""
        self._waits_for_a_person = True
        self._until = now + LONGEST_REST_S

    @property
    def _rest_s(self) -> float:
        return min(REST_S * 2.0 ** min(self._failures, 10), LONGEST_REST_S)

    def _was_woken(self, now: float) -> bool:
        return self._shown_at is None or now - self._shown_at > WOKEN_AFTER_S


class Backoffs:
    """By the path of bluetoothd's object: its address may become another one when it is paired."""

    def __init__(self) -> None:
        self._backoffs: dict[str, Backoff] = {}

    def of(self, path: str) -> Backoff:
        return self._backoffs.setdefault(path, Backoff())

    def end(self, path: str) -> None:
        """What was remembered of the device at `path`, or of those below the adapter there."""
        ended = [known for known in self._backoffs if f"{known}/".startswith(f"{path}/")]
        for known in ended:
            del self._backoffs[known]

    def keep(self, paths: Container[str], now: float) -> None:
        """Those of what bluetoothd has at `paths`, and those that go on: it forgets a stranger in 30 s."""
        gone = [path for path, known in self._backoffs.items() if path not in paths and known.is_spent(now)]
        for path in gone:
            del self._backoffs[path]
