"""A scale: Weight Scale Service 0x181D."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import datetime

from simulators.bluez.peripheral import Characteristic, uuid16
from simulators.devices import encoders
from simulators.devices.device import Identity, Timing
from simulators.devices.indicating_device import IndicatingDevice
from simulators.devices.memory import Outgoing
from simulators.devices.values import Weight

_TIME_STAMPS, _USERS, _RESOLUTION_5_G = 1 << 0, 1 << 1, 7 << 3
FEATURES = struct.pack("<I", _TIME_STAMPS | _USERS | _RESOLUTION_5_G)  # 0x2A9E


class Scale(IndicatingDevice):
    """Indicates 0x2A9D."""

    def __init__(
        self,
        identity: Identity,
        memory: Outgoing,
        *,
        remembered: Callable[[], None],
        timing: Timing,
    ) -> None:
        feature = Characteristic(uuid16(0x2A9E), ("read",), read=lambda: FEATURES)
        super().__init__(
            identity,
            memory,
            service=0x181D,
            measurement=0x2A9D,
            feature=feature,
            remembered=remembered,
            timing=timing,
        )

    def measure(self, values: Weight, at: datetime) -> None:
        """Weigh at the aware time `at`, and keep it."""
        self.store(encoders.weight(values, self.clock.at(at)))
