"""What became of the measurements of a night."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Final

ON_ITS_WAY_S: Final = 1.0
"""A value that was confirmed so shortly before its hearer was killed had not reached it yet."""


@dataclass
class Tally:
    """Counts, and seconds from each waking until all that the device held was at the gateway."""

    wakes: int = 0
    not_read: int = 0  # while it was awake; what it held was read later
    faults: int = 0
    handed_over: int = 0
    records: int = 0
    lost_while_away: int = 0  # confirmed by bluetoothd, with nobody there to hear it (docs/devices.md)
    took_s: list[float] = field(default_factory=list)
    _away: list[tuple[float, float]] = field(default_factory=list)

    def away(self) -> float:
        """Whoever hears what is told is about to be killed. When that began."""
        return _now() - ON_ITS_WAY_S

    def back(self, begun: float) -> None:
        self._away.append((begun, _now()))

    def was_away(self, at: float) -> bool:
        return any(begun <= at <= ended for begun, ended in self._away)

    def lines(self) -> list[str]:
        said = [
            f"{self.wakes} wakings, {self.not_read} not read within half a minute; {self.faults} faults",
            f"{self.handed_over} values confirmed and {self.records} records asked for: each there once,",
            f"but for {self.lost_while_away} confirmed while the hub was killed",
        ]
        if len(self.took_s) > 1:
            spread = quantiles(self.took_s, n=20)
            said.append(f"from waking to the gateway: p50 {spread[9]:.1f} s, p95 {spread[18]:.1f} s")
        return said


def _now() -> float:
    return asyncio.get_running_loop().time()
