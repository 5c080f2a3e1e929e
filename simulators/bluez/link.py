"""A connection between the host and a device."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from simulators.bluez.peripheral import Characteristic, LinkLost

CONNECTION_INTERVAL_S = 0.01  # Core 5.4, Vol 6, Part B, 4.5.1 allows 7.5 ms to 4 s


class BluezLink:
    """Ends for good when it is closed; a new one is another link."""

    def __init__(self, deliver: Callable[[Characteristic, bytes], None], close: Callable[[], None]) -> None:
        self._deliver = deliver
        self._close = close
        self.open = True
        self.ended = asyncio.Event()

    async def send(self, characteristic: Characteristic, value: bytes) -> None:
        await asyncio.sleep(CONNECTION_INTERVAL_S)
        if not self.open:
            raise LinkLost
        self._deliver(characteristic, value)

    def close(self) -> None:
        if self.open:
            self._close()
