"""What lies below bluetoothd and outlives it, and what differs between versions of the two."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True)
class Behaviour:
    """As bluetoothd 5.66 on Linux 6.1 behaves (docs/bluez.md). Seconds, so that a scene may shorten them."""

    connect_s: float = 40.0  # a Connect to a sleeper is given up (L2CAP_CONN_TIMEOUT)
    scan_s: float = 10.24  # the scan of a bluetoothd that was killed goes on (DISCOV_LE_TIMEOUT)
    pairing_s: float = 30.0  # a pairing that nobody answers (Core 5.4, Vol 3, Part H, 3.4)
    power_off_answer: str = "Input/output error"  # or le-connection-abort-by-local, to a Connect that waits
    drops_at_subscription: int = 0  # so many links end while somebody subscribes
    refuses_connects: bool = False  # at once, and without a link: a controller that fails
    shows_flags: bool = False  # AdvertisingFlags: experimental in 5.66, shown by later versions


class Kernel:
    """One machine's. Hand it to the next bluetoothd, and it finds what the one before has left."""

    def __init__(self, behaviour: Behaviour | None = None) -> None:
        self.behaviour = behaviour or Behaviour()
        self.connects_given_up = 0
        self.connects_refused = 0
        self.power_cuts = 0
        self.power_cuts_with_connects = 0  # what crashed 6.1.192: switched off while a Connect waited
        self._scans_until = 0.0
        self._links_to_drop = self.behaviour.drops_at_subscription

    @property
    def scans(self) -> bool:
        """For a bluetoothd that is no more: the next one's StartDiscovery fails with InProgress."""
        return asyncio.get_running_loop().time() < self._scans_until

    def scan_on(self) -> None:
        self._scans_until = asyncio.get_running_loop().time() + self.behaviour.scan_s

    def end_scan(self) -> None:
        self._scans_until = 0.0

    def drops_link(self) -> bool:
        """Whether the link of whoever subscribes just now ends."""
        self._links_to_drop -= 1
        return self._links_to_drop >= 0

    def power_cut(self, *, connects: bool) -> None:
        self.end_scan()
        self.power_cuts += 1
        self.power_cuts_with_connects += connects
