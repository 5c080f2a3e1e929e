"""A blood pressure cuff: Blood Pressure Service 0x1810."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import datetime

from simulators.bluez.peripheral import Characteristic, uuid16
from simulators.devices import encoders
from simulators.devices.device import Identity, Timing
from simulators.devices.indicating_device import IndicatingDevice
from simulators.devices.memory import Outgoing
from simulators.devices.values import BloodPressure

FEATURES = struct.pack("<H", 0b111)  # 0x2A49: detects movement, a loose cuff and an irregular pulse


class Cuff(IndicatingDevice):
    """Indicates 0x2A35."""

    def __init__(
        self,
        identity: Identity,
        memory: Outgoing,
        *,
        remembered: Callable[[], None],
        timing: Timing,
    ) -> None:
        feature = Characteristic(uuid16(0x2A49), ("read",), read=lambda: FEATURES)
        super().__init__(
            identity,
            memory,
            service=0x1810,
            measurement=0x2A35,
            feature=feature,
            remembered=remembered,
            timing=timing,
        )

    def measure(self, values: BloodPressure, at: datetime) -> None:
        """Measure at the aware time `at`, and keep it."""
        self.store(encoders.blood_pressure(values, self.clock.at(at)))
